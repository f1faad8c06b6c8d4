import type { Request } from 'express'
import type { Deps } from '../deps.ts'
import { type FactorProof, proveFactor } from '../mfa/prove-factor.ts'
import type { Factor } from '../sessions/start-session.ts'
import { authenticate } from './authenticate.ts'
import { recogniseDevice } from './devices.ts'
import type { Principal } from './principal.ts'
import { invalidCode, invalidCredentials, type SignInDeps } from './sign-in.ts'
import { throttleLogin, throttleSecondFactor } from './throttle.ts'

/** One of these; who has a second factor may use any of their factors. */
type Proof = FactorProof & { password?: string | undefined }

type ReauthenticationDeps = SignInDeps & Pick<Deps, 'hasher'>

/**
 * Takes a fresh proof of who the owner of this session is. It counts for this session alone, which goes on under a new id (ASVS 7.2.4,
 * 7.5.1, 7.5.3). Throttled like a login.
 * @returns when it was proved, in milliseconds of the epoch
 * @throws 401 `invalid_credentials` for a wrong password, 422 `invalid_code` for anything else that is wrong, 429
 */
export const reauthenticate = async (
  deps: ReauthenticationDeps,
  req: Request,
  user: Principal,
  proof: Proof,
): Promise<number> => {
  const { store, limiters, audit } = deps
  const sessionId = store.liveOf(req.session)?.publicId ?? null
  const device = await recogniseDevice(req, user.id)
  const succeeded = await throttleLogin(limiters, user.email, req.ip ?? '', device)
  const authenticator = device ? 'password:known' : 'password'
  const factor = await provenBy(deps, { boundTo: sessionId ?? '', authenticator }, user, proof)
  if (!factor) {
    await audit.record('authn_reauthenticate_fail', { userId: user.id, sessionId })
    throw proof.password === undefined ? invalidCode() : invalidCredentials()
  }
  await succeeded()
  const provenAt = Date.now()
  const { at, factors } = req.session.auth ?? { at: provenAt, factors: [] }
  req.session.auth = { at, factors: [...new Set([...factors, factor])], provenAt }
  await store.renew(req)
  await audit.record('authn_reauthenticate_success', { userId: user.id, sessionId, details: { factor } })
  return provenAt
}

const provenBy = async (
  deps: ReauthenticationDeps,
  { boundTo, authenticator }: { boundTo: string; authenticator: 'password' | 'password:known' },
  { id, email }: Principal,
  { password, ...proof }: Proof,
): Promise<Factor | undefined> => {
  if (password !== undefined)
    return (await authenticate(deps, email, password, authenticator))?.id === id ? 'password' : undefined
  const succeeded = await throttleSecondFactor(deps.limiters, id)
  const factor = await proveFactor(deps, id, proof, { purpose: 'reauthenticate', boundTo })
  if (factor) await succeeded()
  return factor
}
