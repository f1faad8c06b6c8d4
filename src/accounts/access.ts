import type { Transaction } from 'sequelize'
import { ApiToken } from '../../models/api-token.ts'
import type { EndReason } from '../../models/session.ts'
import type { AccountDeps } from './account-deps.ts'
import { forgetTrust } from './devices.ts'

type Ending = { reason: EndReason; exceptSid?: string }

/**
 * Ends what lets somebody in without proving anew who they are: sessions, personal access tokens, and devices that stand for a
 * second factor. Change the user's row first in the same transaction: a sign-in that is under way waits for that row, and finds the
 * change (ASVS 7.4.3, 15.4.2).
 * @returns how many sessions ended
 */
export const endAccess = async (
  { store }: Pick<AccountDeps, 'store'>,
  userId: string,
  { reason, exceptSid = '' }: Ending,
  transaction: Transaction,
): Promise<number> => {
  await ApiToken.destroy({ where: { userId }, transaction })
  await forgetTrust(userId, transaction)
  return store.endByUserWithin(transaction, userId, reason, exceptSid)
}
