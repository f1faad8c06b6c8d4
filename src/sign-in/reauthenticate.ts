import { countFactors } from '../factors/factors.ts'
import type { FactorProof } from '../factors/prove-factor.ts'
import type { Principal } from '../identity/principal.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { problems } from '../problems.ts'
import type { Factor } from '../sessions/facts.ts'
import { authenticate } from './password.ts'
import { proveSecondFactor, type SignInDeps } from './sign-in.ts'
import { throttleProof, throttleSecondFactor } from './throttle.ts'

type Proof = FactorProof & { password?: string | undefined }

type ReauthenticationDeps = SignInDeps & { hasher: PasswordHasher }

/** Throttled like a sign-in (ASVS 7.5.1, 7.5.3). @throws 401 `invalid_credentials`, 422, 429 */
export async function reauthenticate(
  deps: ReauthenticationDeps,
  { user, sessionId }: { user: Principal; sessionId: string },
  proof: Proof,
): Promise<Factor> {
  const { limiters, audit } = deps
  if (proof.password !== undefined && (await countFactors(user.id)) > 0) throw problems.invalid([PASSWORD_NOT_ENOUGH])
  const succeeded = await throttleProof(limiters, user.id, sessionId)
  const factor = await provenBy(deps, sessionId, user, proof)
  if (!factor) {
    await audit.record('authn_reauthenticate_fail', { userId: user.id, sessionId })
    throw proof.password === undefined ? problems.invalidCode() : problems.invalidCredentials()
  }
  await succeeded()
  await audit.record('authn_reauthenticate_success', { userId: user.id, sessionId, details: { factor } })
  return factor
}

const PASSWORD_NOT_ENOUGH = {
  pointer: '#/password',
  detail: 'Your account has a second factor. Send code, recoveryCode or passkey instead.',
  code: 'second_factor_needed',
}

async function provenBy(
  deps: ReauthenticationDeps,
  sessionId: string,
  user: Principal,
  { password, ...proof }: Proof,
): Promise<Factor | undefined> {
  // Guesses in a session count like those on a known device.
  if (password !== undefined)
    return (await authenticate(deps, { id: user.id }, password, 'password:known')) ? 'password' : undefined
  const succeeded = await throttleSecondFactor(deps.limiters, user.id)
  const factor = await proveSecondFactor(deps, user, proof, { purpose: 'reauthenticate', boundTo: sessionId })
  if (factor) await succeeded()
  return factor
}
