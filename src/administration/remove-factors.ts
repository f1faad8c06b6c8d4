import { Transaction } from 'sequelize'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import type { User } from '../../models/user.ts'
import { endAccess } from '../accounts/access.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { noticeFor } from '../links/notice.ts'
import { problems } from '../problems.ts'
import type { Actor } from './authority.ts'
import { accountFor } from './users.ts'

type FactorDeps = Pick<AccountDeps, 'env' | 'sequelize' | 'store' | 'mailer' | 'audit'>

/**
 * By an administrator. Their own account is refused, because the rules of MFA_REQUIRED apply there.
 * @returns how many sessions ended. @throws 404, 403 if the account may do more than the actor, 409 `conflict`
 */
export async function removeFactorsOf(deps: FactorDeps, actor: Actor, id: string): Promise<number> {
  if (id === actor.id) throw problems.ownFactors()
  const user = await accountFor(actor, id)
  const by = { userId: id, actorId: actor.id, details: { factor: 'all', by: 'administrator' } }
  const { sessionsEnded } = await removeFactors(deps, user, by)
  return sessionsEnded
}

/** Call it after the user's identity was verified (ASVS 6.4.4). */
export function removeFactors(
  deps: FactorDeps,
  user: User,
  by: AuditEntry,
): Promise<{ removed: number; sessionsEnded: number }> {
  return deps.sequelize.transaction(async () => {
    // First of all, as in every change of factors: two transactions would wait for one another.
    await user.reload({ lock: Transaction.LOCK.NO_KEY_UPDATE })
    const where = { userId: user.id }
    const removed = (await TotpSecret.destroy({ where })) + (await Passkey.destroy({ where }))
    await RecoveryCode.destroy({ where })
    // What is left to review are identities, which a thief may have linked.
    if ((await Identity.count({ where })) === 0) await user.update({ reviewSince: null })
    const sessionsEnded = await endAccess(deps, user.id, { reason: 'factor-changed' })
    const data = { ...(await noticeFor(deps, user)), factor: 'every second factor' }
    await deps.mailer.send({ to: user.email, template: 'factor-removed', data })
    await deps.audit.record('authn_factor_removed', by)
    return { removed, sessionsEnded }
  })
}
