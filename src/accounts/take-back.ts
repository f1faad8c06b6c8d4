import { Consent } from '../../models/consent.ts'
import { Device } from '../../models/device.ts'
import type { EndReason } from '../../models/session.ts'
import type { User } from '../../models/user.ts'
import { enablePassword } from '../factors/failures.ts'
import { type NamedFactor, removePlanted } from '../factors/planted.ts'
import { voidInvitationsBy, voidLinks } from '../links/links.ts'
import { noticeFor } from '../links/notice.ts'
import { namesOf } from '../mail/factor-names.ts'
import { endAccess } from './access.ts'
import type { AccountDeps } from './account-deps.ts'

export type TakeBackDeps = Pick<AccountDeps, 'env' | 'store' | 'mailer' | 'audit'>

type TakeBack = {
  reason: EndReason
  /** Null until the owner sets a new password. */
  passwordHash: string | null
  provenEmail?: string
  /** Ids of factors that the owner did not add. */
  disowned?: string[]
}

/**
 * Ends all access and removes what a stranger may have added (docs/decisions/0020).
 * Links that restore an older address stay: this mailbox may be the thief's.
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
  // A stranger who registered the address chose it.
  const language = isFirstProof ? null : user.language
  await user.update({ passwordHash, email, emailVerifiedAt, language, ...noPending })
  const ended = await endAccess(deps, user.id, { reason })
  await voidLinks(user.id, { but: ['undo-email-change'] })
  await voidInvitationsBy(user.id)
  await Device.destroy({ where: { userId: user.id } })
  await Consent.destroy({ where: { userId: user.id } })
  await enablePassword(user.id)
  const { removed, kept } = await removePlanted(user.id, isFirstProof ? 'all' : disowned)
  await user.update({ reviewSince: kept.length > 0 ? new Date() : null })
  await user.reload()
  if (removed.length > 0) await tellRemoved(deps, user, removed)
  return { ended, kept }
}

async function tellRemoved(deps: TakeBackDeps, user: User, removed: NamedFactor[]) {
  await deps.audit.record('authn_factor_removed', {
    userId: user.id,
    details: { factors: removed.map(({ code }) => code) },
  })
  const data = { ...(await noticeFor(deps, user)), ...namesOf(removed.map(({ inMail }) => inMail)) }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'factor-removed', data })
}
