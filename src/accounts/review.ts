import { User } from '../../models/user.ts'
import { forgetTrust } from '../devices/devices.ts'
import { changeFactors, type FactorDeps } from '../factors/factor-changes.ts'
import { type NamedFactor, removeFactorsBut } from '../factors/planted.ts'
import { isSecondFactorRequired } from '../factors/policy.ts'
import type { Principal } from '../identity/principal.ts'
import { noticeFor } from '../links/notice.ts'
import { namesOf } from '../mail/factor-names.ts'
import { problems } from '../problems.ts'

/** @param keep ids from GET /auth/review. @throws 409 `second_factor_needed` */
export function finishReview(
  deps: FactorDeps,
  { id, permissions }: Principal,
  { keep, sid, sessionId }: { keep: string[]; sid: string; sessionId: string },
): Promise<number> {
  return changeFactors(deps, { userId: id, sessionId }, async user => {
    const { removed, kept } = await removeFactorsBut(id, keep)
    const lostLast = removed.some(isSecond) && !kept.some(isSecond)
    if (lostLast && isSecondFactorRequired(deps.env, permissions)) throw problems.lastFactor()
    await User.update({ reviewSince: null }, { where: { id } })
    await deps.store.endByUser(id, 'factor-changed', sid)
    if (removed.length > 0) {
      await forgetTrust(id)
      await deps.audit.record('authn_factor_removed', {
        userId: id,
        details: { factors: removed.map(({ code }) => code) },
      })
      const data = { ...(await noticeFor(deps, user)), ...namesOf(removed.map(({ inMail }) => inMail)) }
      await deps.mailer.send({ to: user.email, language: user.language, template: 'factor-removed', data })
    }
    return removed.length
  })
}

function isSecond({ kind }: NamedFactor): boolean {
  return kind === 'second factor'
}
