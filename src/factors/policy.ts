import type { Env } from '../../configs/env.ts'
import { isAdministrative } from '../identity/permissions.ts'
import type { AuthenticationFacts, Factor } from '../sessions/facts.ts'

/** A passkey that signs in alone verified its owner by itself (NIST SP 800-63B-4 3.1.7). */
const PROVABLE_SECOND = ['totp', 'passkey', 'recovery-code'] as const satisfies Factor[]

/** What completes a sign-in where a second factor is needed. */
const SECOND: Factor[] = [...PROVABLE_SECOND, 'trusted-device']

export const hasSecondFactor = (factors: Factor[]) => factors.some(factor => SECOND.includes(factor))

/**
 * When the owner of a session last proved who they are, as strongly as the account can be proved: with a second factor if the account
 * has one. A password alone, or a trusted device, is then no proof (ASVS 6.4.4, 7.5.1).
 * @param countFactors asked only if no second factor was proved in this session
 * @returns milliseconds of the epoch, or undefined if there was no such proof
 */
export async function strongestProof(
  auth: AuthenticationFacts | undefined,
  countFactors: () => Promise<number>,
): Promise<number | undefined> {
  const proofs = auth?.proofs ?? {}
  const second = latest(PROVABLE_SECOND.map(factor => proofs[factor]))
  const first = latest([proofs.password, proofs.bypass])
  if (first === undefined || (second !== undefined && second >= first)) return second
  return (await countFactors()) === 0 ? first : second
}

function latest(times: (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

/** Whether MFA_REQUIRED covers a user with these permissions (ASVS 6.3.3). */
export function isSecondFactorRequired({ MFA_REQUIRED }: Pick<Env, 'MFA_REQUIRED'>, permissions: ReadonlySet<string>) {
  return MFA_REQUIRED === 'all' || (MFA_REQUIRED === 'admins' && isAdministrative(permissions))
}

/**
 * Whether a session was made with less than MFA_REQUIRED asks of its user. Asked at each request, so that a role granted or a policy
 * tightened later counts at once (ASVS 8.3.2).
 */
export function lacksSecondFactor(
  env: Pick<Env, 'MFA_REQUIRED'>,
  { permissions }: { permissions: ReadonlySet<string> },
  auth: AuthenticationFacts | undefined,
) {
  return isSecondFactorRequired(env, permissions) && !hasSecondFactor(auth?.factors ?? [])
}
