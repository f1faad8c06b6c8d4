import { literal } from 'sequelize'
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
): Promise<number> {
  await raiseSecurityVersion(userId)
  await ApiToken.destroy({ where: { userId } })
  await forgetTrust(userId)
  await voidRequests(userId)
  if (exceptSid === '') await dropEnrolments(userId)
  return store.endByUser(userId, reason, exceptSid)
}

/** Voids sign-ins under way and links that are bound to the account as it was. */
export async function raiseSecurityVersion(userId: string) {
  const securityVersion = literal('"securityVersion" + 1') as never
  await User.update({ securityVersion }, { where: { id: userId }, silent: true })
}

/** What a session began and did not finish. */
async function dropEnrolments(userId: string) {
  await TotpSecret.destroy({ where: { userId, confirmedAt: null } })
  const sessions = await Session.findAll({ attributes: ['publicId'], where: { userId } })
  await Challenge.destroy({ where: { boundTo: sessions.map(({ publicId }) => publicId) } })
}
