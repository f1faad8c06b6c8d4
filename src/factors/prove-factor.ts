import { User } from '../../models/user.ts'
import { noticeFor } from '../links/notice.ts'
import type { Factor } from '../sessions/facts.ts'
import type { ChallengeUse } from './challenges.ts'
import type { FactorDeps } from './factor-changes.ts'
import { usePasskey } from './passkeys.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import { useTotp } from './totp.ts'
import type { Assertion } from './webauthn.ts'

export type FactorProof = {
  code?: string | undefined
  recoveryCode?: string | undefined
  passkey?: Assertion | undefined
}

export async function proveFactor(
  deps: FactorDeps,
  userId: string,
  proof: FactorProof,
  use: ChallengeUse,
): Promise<Factor | undefined> {
  const { code, recoveryCode, passkey } = proof
  if (code !== undefined) return (await useTotp(deps.sealer, userId, code)) ? 'totp' : undefined
  if (recoveryCode !== undefined) return (await redeem(deps, userId, recoveryCode)) ? 'recovery-code' : undefined
  if (passkey !== undefined) return (await usePasskey(deps, passkey, use, userId)) ? 'passkey' : undefined
}

function redeem(deps: FactorDeps, userId: string, code: string): Promise<boolean> {
  return deps.sequelize.transaction(async () => {
    const left = await useRecoveryCode(userId, code)
    if (left === undefined) return false
    await announce(deps, userId, left)
    return true
  })
}

/** Tells the owner, because a stolen code works too (NIST SP 800-63B-4 4.6). */
async function announce(deps: FactorDeps, userId: string, left: number) {
  const user = await User.findByPk(userId, { rejectOnEmpty: true })
  await deps.audit.record('authn_recovery_code_used', { userId, details: { left } })
  const data = { ...(await noticeFor(deps, user)), left }
  await deps.mailer.send({ to: user.email, language: user.language, template: 'recovery-code-used', data })
}
