import { literal, type Transaction } from 'sequelize'
import { ApiToken } from '../../models/api-token.ts'
import { Challenge } from '../../models/challenge.ts'
import type { EndReason } from '../../models/session.ts'
import { Session } from '../../models/session.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import { User } from '../../models/user.ts'
import { forgetTrust } from '../devices/devices.ts'
import { voidRequests } from '../links/links.ts'
import type { AccountDeps } from './account-deps.ts'

type Ending = { reason: EndReason; exceptSid?: string }

/**
 * Ends what lets somebody in without proving again who they are: sessions, sign-ins that wait for a second factor, personal access
 * tokens, devices that stand for a second factor, pending changes of address, reset links and a factor that is not confirmed yet.
 * Takes the lock on the user's row first, so that a sign-in under way waits and finds the change (ASVS 7.4.3, 15.4.2).
 * @returns how many sessions ended
 */
export async function endAccess(
  { store }: Pick<AccountDeps, 'store'>,
  userId: string,
  { reason, exceptSid = '' }: Ending,
  transaction: Transaction,
): Promise<number> {
  await raiseSecurityVersion(userId, transaction)
  await ApiToken.destroy({ where: { userId }, transaction })
  await forgetTrust(userId, transaction)
  await voidRequests(userId, transaction)
  if (exceptSid === '') await dropEnrolments(userId, transaction)
  return store.endByUserWithin(transaction, userId, reason, exceptSid)
}

/** Voids sign-ins under way and links that are bound to the account as it was. */
export async function raiseSecurityVersion(userId: string, transaction: Transaction) {
  const securityVersion = literal('"securityVersion" + 1') as never
  await User.update({ securityVersion }, { where: { id: userId }, transaction, silent: true })
}

/** What a session began and did not finish. */
async function dropEnrolments(userId: string, transaction: Transaction) {
  await TotpSecret.destroy({ where: { userId, confirmedAt: null }, transaction })
  const sessions = await Session.findAll({ attributes: ['publicId'], where: { userId }, transaction })
  await Challenge.destroy({ where: { boundTo: sessions.map(({ publicId }) => publicId) }, transaction })
}
