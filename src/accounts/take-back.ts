import { Device } from '../../models/device.ts'
import type { EndReason } from '../../models/session.ts'
import type { User } from '../../models/user.ts'
import { enablePassword } from '../factors/failures.ts'
import { type NamedFactor, removePlanted } from '../factors/planted.ts'
import { voidInvitationsBy, voidLinks } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'

export type TakeBackDeps = Pick<AccountDeps, 'env' | 'store' | 'mailer' | 'audit'>

type TakeBack = {
  reason: EndReason
  /** Of a password that the policy accepted; null until the owner sets one by a reset link. */
  passwordHash: string | null
  /** The address whose mailbox the owner proved; the account's from now on. */
  provenEmail?: string
  /** Ids of factors that the owner says they did not add. */
  disowned?: string[]
}

/**
 * The owner takes the account back (docs/decisions/0020): everything that lets anybody in ends, and with it every other open link,
 * each device, the invitations sent and the factors that nobody sure added. What is left of factors waits for the owner's review.
 * Where the address was never verified before, nothing of what was there is left. Links that bring back an older address stay: this
 * mailbox may be the thief's.
 * @param user read under a lock in this transaction
 * @returns how many sessions ended, and the factors that are still asked for
 */
export async function takeBack(
  deps: TakeBackDeps,
  user: User,
  { reason, passwordHash, provenEmail, disowned = [] }: TakeBack,
): Promise<{ ended: number; kept: NamedFactor[] }> {
  const isFirstProof = provenEmail !== undefined && user.emailVerifiedAt === null
  const emailVerifiedAt = isFirstProof ? new Date() : user.emailVerifiedAt
  const email = provenEmail ?? user.email
  const noPending = { pendingRegistration: null, wantedUsername: null }
  await user.update({ passwordHash, email, emailVerifiedAt, ...noPending })
  const ended = await endAccess(deps, user.id, { reason })
  await voidLinks(user.id, { but: ['undo-email-change'] })
  await voidInvitationsBy(user.id)
  await Device.destroy({ where: { userId: user.id } })
  await enablePassword(user.id)
  const { removed, kept } = await removePlanted(user.id, isFirstProof ? 'all' : disowned)
  await user.update({ reviewSince: kept.length > 0 ? new Date() : null })
  await user.reload()
  if (removed.length > 0) await tellRemoved(deps, user, removed)
  return { ended, kept }
}

async function tellRemoved(deps: TakeBackDeps, user: User, removed: NamedFactor[]) {
  const factor = removed.map(({ name }) => name).join(', ')
  await deps.audit.record('authn_factor_removed', { userId: user.id, details: { factor } })
  const data = { ...(await noticeFor(deps, user)), factor }
  await deps.mailer.send({ to: user.email, template: 'factor-removed', data })
}
