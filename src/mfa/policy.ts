import type { Env } from '../../configs/env.ts'
import type { Principal } from '../accounts/principal.ts'
import type { AuthenticationFacts, Factor } from '../sessions/start-session.ts'

const ADMIN = 'admin'

/** What makes a sign-in one with two factors. A passkey that signs in alone verified its owner by itself (NIST SP 800-63B-4 3.1.7). */
const SECOND: Factor[] = ['totp', 'passkey', 'recovery-code', 'trusted-device']

export const hasSecondFactor = (factors: Factor[]) => factors.some(each => SECOND.includes(each))

/** Whether MFA_REQUIRED covers somebody with these roles (ASVS 6.3.3). */
export const isSecondFactorRequired = ({ MFA_REQUIRED }: Pick<Env, 'MFA_REQUIRED'>, roles: readonly string[]) =>
  MFA_REQUIRED === 'all' || (MFA_REQUIRED === 'admins' && roles.includes(ADMIN))

/**
 * Whether a session was made with less than MFA_REQUIRED asks of its user. Asked at each request, so that a role granted or a policy
 * tightened later counts at once (ASVS 8.3.2).
 */
export const lacksSecondFactor = (
  env: Pick<Env, 'MFA_REQUIRED'>,
  { roles }: Pick<Principal, 'roles'>,
  auth: AuthenticationFacts | undefined,
) => isSecondFactorRequired(env, roles) && !hasSecondFactor(auth?.factors ?? [])
