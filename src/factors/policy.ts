import type { Env } from '../../configs/env.ts'
import { isAdministrative } from '../identity/permissions.ts'
import type { AuthenticationFacts, Factor } from '../sessions/facts.ts'

/** A passkey sign-in verifies the user by itself (NIST SP 800-63B-4 3.1.7). */
const PROVABLE_SECOND = ['totp', 'passkey', 'recovery-code'] as const satisfies Factor[]

const SECOND: Factor[] = [...PROVABLE_SECOND, 'trusted-device', 'provider-second-factor']

export const hasSecondFactor = (factors: Factor[]) => factors.some(factor => SECOND.includes(factor))

/** By a second factor, if the account has one (ASVS 6.4.4, 7.5.1). @returns ms of the epoch */
export async function strongestProof(
  auth: AuthenticationFacts | undefined,
  countFactors: () => Promise<number>,
): Promise<number | undefined> {
  const proofs = auth?.proofs ?? {}
  const second = latest(PROVABLE_SECOND.map(factor => proofs[factor]))
  const first = latest([proofs.password, proofs.email, proofs.provider, proofs.bypass])
  if (first === undefined || (second !== undefined && second >= first)) return second
  return (await countFactors()) === 0 ? first : second
}

function latest(times: (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

/** Whether MFA_REQUIRED covers these permissions (ASVS 6.3.3). */
export function isSecondFactorRequired({ MFA_REQUIRED }: Pick<Env, 'MFA_REQUIRED'>, permissions: ReadonlySet<string>) {
  return MFA_REQUIRED === 'all' || (MFA_REQUIRED === 'admins' && isAdministrative(permissions))
}

/** Checked at each request, so that a new role or policy applies at once (ASVS 8.3.2). */
export function lacksSecondFactor(
  env: Pick<Env, 'MFA_REQUIRED'>,
  { permissions }: { permissions: ReadonlySet<string> },
  auth: AuthenticationFacts | undefined,
) {
  return isSecondFactorRequired(env, permissions) && !hasSecondFactor(auth?.factors ?? [])
}
