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

/** Ends sessions, tokens, device trust and requests; locks the user first (ASVS 7.4.3, 15.4.2). */
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

export async function raiseSecurityVersion(userId: string) {
  const securityVersion = literal('"securityVersion" + 1') as never
  await User.update({ securityVersion }, { where: { id: userId }, silent: true })
}

async function dropEnrolments(userId: string) {
  await TotpSecret.destroy({ where: { userId, confirmedAt: null } })
  const sessions = await Session.findAll({ attributes: ['publicId'], where: { userId } })
  await Challenge.destroy({ where: { boundTo: sessions.map(({ publicId }) => publicId) } })
}
