import { Transaction } from 'sequelize'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import type { User } from '../../models/user.ts'
import { endAccess } from '../accounts/access.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { countFactors, FACTOR_NAMES } from '../factors/factors.ts'
import { removePasskey } from '../factors/passkeys.ts'
import { removeTotp } from '../factors/totp.ts'
import { noticeFor } from '../links/notice.ts'
import type { MailFactor } from '../mail/content.ts'
import { namesOf } from '../mail/factor-names.ts'
import { problems } from '../problems.ts'
import type { Actor } from './authority.ts'
import { accountFor } from './users.ts'

type FactorDeps = Pick<AccountDeps, 'env' | 'sequelize' | 'store' | 'mailer' | 'audit'>

type Removed = { removed: number; sessionsEnded: number }

/**
 * By an administrator. Their own account is refused, because the rules of MFA_REQUIRED apply there.
 * @returns how many sessions ended. @throws 404, 403 if the account may do more than the actor, 409 `conflict`
 */
export async function removeFactorsOf(deps: FactorDeps, actor: Actor, id: string): Promise<number> {
  const user = await otherAccount(actor, id)
  const { sessionsEnded } = await removeFactors(deps, user, byAdministrator(actor, id, { factor: 'all' }))
  return sessionsEnded
}

/** As `removeFactorsOf`, but the app only. */
export async function removeTotpOf(deps: FactorDeps, actor: Actor, id: string): Promise<number> {
  const user = await otherAccount(actor, id)
  const by = byAdministrator(actor, id, { factor: 'totp' })
  const { sessionsEnded } = await removing(deps, user, by, async () => {
    if (!(await removeTotp(id))) throw problems.notFound(FACTOR_NAMES.totp, listOf(id))
    return { factor: { kind: 'totp' }, removed: 1 }
  })
  return sessionsEnded
}

/** As `removeFactorsOf`, but one passkey only. */
export async function removePasskeyOf(deps: FactorDeps, actor: Actor, id: string, passkey: string): Promise<number> {
  const user = await otherAccount(actor, id)
  const by = byAdministrator(actor, id, { factor: 'passkey', passkey })
  const { sessionsEnded } = await removing(deps, user, by, async () => {
    const found = await Passkey.findOne({ where: { id: passkey, userId: id } })
    if (!found || !(await removePasskey(id, passkey))) throw problems.notFound(FACTOR_NAMES.passkey, listOf(id))
    return { factor: { kind: 'passkey', name: found.name }, removed: 1 }
  })
  return sessionsEnded
}

const listOf = (id: string) => `GET /api/v1/users/${id}/factors`

async function otherAccount(actor: Actor, id: string): Promise<User> {
  if (id === actor.id) throw problems.ownFactors()
  return await accountFor(actor, id)
}

function byAdministrator({ id: actorId }: Actor, userId: string, details: Record<string, string>): AuditEntry {
  return { userId, actorId, details: { ...details, by: 'administrator' } }
}

/** All of them. Call it after the user's identity was verified (ASVS 6.4.4). */
export function removeFactors(deps: FactorDeps, user: User, by: AuditEntry): Promise<Removed> {
  return removing(deps, user, by, async () => {
    const where = { userId: user.id }
    const removed = (await TotpSecret.destroy({ where })) + (await Passkey.destroy({ where }))
    return { factor: { kind: 'all' }, removed }
  })
}

/** @param remove returns what it removed, for the mail to the user */
function removing(
  deps: FactorDeps,
  user: User,
  by: AuditEntry,
  remove: () => Promise<{ factor: MailFactor; removed: number }>,
): Promise<Removed> {
  return deps.sequelize.transaction(async () => {
    // First of all, as in every change of factors: two transactions would wait for one another.
    await user.reload({ lock: Transaction.LOCK.NO_KEY_UPDATE })
    const { factor, removed } = await remove()
    if ((await countFactors(user.id)) === 0) await cleanUpAfterLast(user)
    const sessionsEnded = await endAccess(deps, user.id, { reason: 'factor-changed' })
    const data = { ...(await noticeFor(deps, user)), ...namesOf([factor]) }
    await deps.mailer.send({ to: user.email, language: user.language, template: 'factor-removed', data })
    await deps.audit.record('authn_factor_removed', by)
    return { removed, sessionsEnded }
  })
}

async function cleanUpAfterLast(user: User) {
  const where = { userId: user.id }
  await RecoveryCode.destroy({ where })
  // What is left to review are identities, which a thief may have linked.
  if ((await Identity.count({ where })) === 0) await user.update({ reviewSince: null })
}
