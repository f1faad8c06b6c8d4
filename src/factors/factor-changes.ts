import type { Sequelize } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import type { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import { forgetTrust } from '../devices/devices.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { noticeFor } from '../links/notice.ts'
import { namesOf } from '../mail/factor-names.ts'
import type { Mailer } from '../mail/mailer.ts'
import { problems } from '../problems.ts'
import type { SessionStore } from '../sessions/store.ts'
import { countFactors, type FactorCode } from './factors.ts'
import { establish, idsOf } from './planted.ts'
import { isSecondFactorRequired } from './policy.ts'
import {
  confirmRecoveryCodes,
  offerRecoveryCodes,
  removeRecoveryCodes,
  replaceRecoveryCodes,
} from './recovery-codes.ts'

export type FactorDeps = {
  env: Env
  sequelize: Sequelize
  audit: Audit
  mailer: Mailer
  store: SessionStore
  sealer: Sealer
}

type Added = { recoveryCodes?: string[] }

/** Serializes changes of a user's factors (ASVS 2.3.4). */
export function changeFactors<Result>(
  { sequelize }: { sequelize: Sequelize },
  asking: Asking,
  change: (user: User) => Promise<Result>,
): Promise<Result> {
  return sequelize.transaction(async () => change(await lockUser(asking)))
}

type Addition = {
  factor: FactorCode
  credentialId?: string
  /** Added on the owner's device and so established at once (docs/decisions/0020). */
  isOwners: boolean
}

/** Ends device trust (docs/decisions/0014; NIST SP 800-63B-4 4.2.1.1, 4.6). */
export async function noteAdded(
  deps: FactorDeps,
  user: User,
  { factor, credentialId, isOwners }: Addition,
): Promise<Added> {
  await forgetTrust(user.id)
  const ids = { totp: factor === 'totp', credentialId }
  if (isOwners) await establish(user.id, ids)
  await deps.audit.record('authn_factor_added', { userId: user.id, details: { factor } })
  const notice = await noticeFor(deps, user, await idsOf(user.id, ids))
  await deps.mailer.send({
    to: user.email,
    language: user.language,
    template: 'factor-added',
    data: { ...notice, ...namesOf([{ kind: factor }]) },
  })
  if ((await countFactors(user.id)) > 1) return {}
  await deps.audit.record('authn_recovery_codes_issued', { userId: user.id })
  const recoveryCodes = await replaceRecoveryCodes(user.id)
  if (isOwners) await establish(user.id, { recoveryCodes: true })
  return { recoveryCodes }
}

/** @throws 409 `second_factor_needed` if MFA_REQUIRED applies; the removal is rolled back */
export async function noteRemoved(deps: FactorDeps, user: User, permissions: ReadonlySet<string>, factor: FactorCode) {
  const isLast = (await countFactors(user.id)) === 0
  if (isLast && isSecondFactorRequired(deps.env, permissions)) throw problems.lastFactor()
  if (isLast) await removeRecoveryCodes(user.id)
  await forgetTrust(user.id)
  await deps.audit.record('authn_factor_removed', { userId: user.id, details: { factor } })
  const data = { ...(await noticeFor(deps, user)), ...namesOf([{ kind: factor }]) }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'factor-removed', data })
}

/** The earlier codes work until these are confirmed. @throws 409 `second_factor_needed` */
export function issueRecoveryCodes(deps: FactorDeps, asking: Asking): Promise<string[]> {
  return changeFactors(deps, asking, async ({ id }) => {
    if ((await countFactors(id)) === 0) throw problems.noFactorToRecover()
    return await offerRecoveryCodes(id)
  })
}

type Confirmation = Pick<Addition, 'isOwners'> & {
  recoveryCode: string
}

/** @throws 422 `invalid_code` (NIST SP 800-63B-4, 4.2.1.1) */
export function confirmNewRecoveryCodes(
  deps: FactorDeps,
  asking: Asking,
  { recoveryCode, isOwners }: Confirmation,
): Promise<void> {
  return changeFactors(deps, asking, async user => {
    if (!(await confirmRecoveryCodes(user.id, recoveryCode))) throw problems.unknownRecoveryCode()
    if (isOwners) await establish(user.id, { recoveryCodes: true })
    const data = await noticeFor(deps, user, ['recovery-codes'])
    await deps.mailer.send({ to: user.email, language: user.language, template: 'recovery-codes-replaced', data })
    await deps.audit.record('authn_recovery_codes_issued', { userId: user.id })
  })
}
