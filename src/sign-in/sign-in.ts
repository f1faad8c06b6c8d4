import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Limiters } from '../../configs/limiter.ts'
import type { Logger } from '../../configs/logger.ts'
import { User } from '../../models/user.ts'
import { clientAddress } from '../client-address.ts'
import { type DeviceTrust, isTrustedForSecondFactor } from '../devices/devices.ts'
import type { ChallengeUse } from '../factors/challenges.ts'
import type { FactorDeps } from '../factors/factor-changes.ts'
import { type Method, methodsOf } from '../factors/factors.ts'
import type { Failures } from '../factors/failures.ts'
import type { FactorIds } from '../factors/planted.ts'
import { hasSecondFactor, lacksSecondFactor } from '../factors/policy.ts'
import { type FactorProof, proveFactor } from '../factors/prove-factor.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type AccountState, type Verified, verifiedOf } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import { describePrincipal } from '../sessions/describe.ts'
import type { Factor, PendingLogin } from '../sessions/facts.ts'
import { startPendingLogin, startSession } from '../sessions/start-session.ts'
import { recordSignIn } from './record-sign-in.ts'
import { throttleSecondFactor } from './throttle.ts'

export type SignInDeps = FactorDeps & { logger: Logger; limiters: Limiters; failures: Failures }

/** By what somebody proved who they are, and for how long they want to stay. */
type Proven = {
  factors: Factor[]
  proven?: FactorIds | undefined
  remember: 'remember' | 'ordinary'
  trust?: DeviceTrust
}

type SignedIn = {
  message: string
  user: ReturnType<typeof describePrincipal>
  /** The session opens nothing but the enrolment of a second factor (MFA_REQUIRED). */
  secondFactorEnrolment?: true
  /** The session opens nothing but the review after a recovery. */
  reviewRequired?: true
}

type SecondFactorNeeded = { message: string; secondFactor: { required: true; methods: Method[] } }

/**
 * Finishes any way to sign in: with a session, or, where the user has a second factor that was not given yet, with a pending login
 * (ASVS 6.3.3).
 * @param verified as the way in just checked it
 * @throws 401 `invalid_credentials` where the account was changed meanwhile
 */
export async function signIn(
  deps: SignInDeps,
  req: Request,
  res: Response,
  verified: Verified,
  { factors, proven, remember }: Proven,
): Promise<SignedIn | SecondFactorNeeded> {
  const methods = hasSecondFactor(factors) ? [] : await methodsOf(verified.id)
  if (methods.length === 0) return startFullSession(deps, req, res, verified, { factors, proven, remember })
  if (await isTrustedForSecondFactor(req, verified.id))
    return startFullSession(deps, req, res, verified, { factors: [...factors, 'trusted-device'], remember })
  await startPendingLogin(deps.store, req, {
    userId: verified.id,
    factors,
    at: Date.now(),
    remember: remember === 'remember',
    accountMark: markOf(verified),
  })
  return { message: 'Second factor required', secondFactor: { required: true, methods } }
}

/**
 * Finishes a pending login by its second factor. Tries are counted before they are checked, per pending login and per account; after
 * the tenth the password is asked for again.
 * @param device whether its owner wants this browser not to be asked again
 * @throws 401 where the pending login is over, 422 `invalid_code`, 429
 */
export async function completeSignIn(
  deps: SignInDeps,
  req: Request,
  res: Response,
  pending: PendingLogin,
  proof: FactorProof,
  device: 'trust' | 'forget',
): Promise<SignedIn> {
  const boundTo = await countTry(deps, req)
  const succeeded = await throttleSecondFactor(deps.limiters, pending.userId)
  const user = await withRoles(await User.findByPk(pending.userId))
  if (!user || user.disabledAt || markOf(user) !== pending.accountMark) throw await refuseAfterAll(req)
  const factor = await proveSecondFactor(deps, user, proof, { purpose: 'second-factor', boundTo })
  if (!factor) throw problems.invalidCode()
  await succeeded()
  const verified = verifiedOf(user)
  const remember = pending.remember ? 'remember' : 'ordinary'
  const trust = device === 'trust' ? 'second-factor' : 'none'
  const proven = { totp: factor === 'totp', credentialId: proof.passkey?.id }
  return startFullSession(deps, req, res, verified, { factors: [...pending.factors, factor], proven, remember, trust })
}

/**
 * Codes count as one authenticator, wherever they are asked for (NIST SP 800-63B-4 3.2.2). While it waits, none is checked, so that a
 * right one is not used up.
 * @returns the proved factor, or undefined if it is wrong, late, used or has to wait
 */
export async function proveSecondFactor(
  deps: SignInDeps,
  user: Pick<User, 'id' | 'email' | 'name'>,
  proof: FactorProof,
  use: ChallengeUse,
): Promise<Factor | undefined> {
  const waits = await deps.failures.isWaiting(user.id, 'totp')
  const factor = waits ? undefined : await proveFactor(deps, user.id, proof, use)
  if (factor) await deps.failures.accept(user, 'totp')
  else await deps.failures.refuse(user, 'totp', waits ? 'stopped' : 'wrong')
  return factor
}

/** @returns the public id of the pending login */
async function countTry({ store, limiters }: SignInDeps, req: Request): Promise<string> {
  const publicId = store.liveOf(req.session)?.publicId ?? ''
  if ((await limiters.pendingLogin.consume(publicId)) === 0) return publicId
  await store.end(publicId, 'too-many-attempts')
  throw problems.tooManyWrongCodes()
}

async function startFullSession(
  deps: SignInDeps,
  req: Request,
  res: Response,
  { passwordHash, securityVersion, reviewSince, ...user }: Verified,
  { factors, proven = {}, remember, trust = 'none' }: Proven,
): Promise<SignedIn> {
  const { env, store, logger } = deps
  await startSession(store, req, user, factors, { remember, review: reviewSince !== null })
  const state = { ...user, passwordHash, securityVersion }
  if (!(await recordSignIn(deps, req, res, state, { factors, proven, trust }))) throw await refuseAfterAll(req)
  logger.info('signed in', { userId: user.id, address: clientAddress(req) })
  return {
    message: 'Logged in successfully',
    user: describePrincipal(user),
    ...(lacksSecondFactor(env, user, req.session.auth) && { secondFactorEnrolment: true }),
    ...(reviewSince !== null && { reviewRequired: true }),
  }
}

/** The account was changed, or disabled, while it was checked: the session that just began ends with the others. */
async function refuseAfterAll(req: Request) {
  await new Promise<void>((resolve, reject) => req.session.destroy(error => (error ? reject(error) : resolve())))
  return problems.invalidCredentials()
}

/** Tells whether the account still is as it was when the password was checked, without keeping the hash in the session. */
function markOf({ passwordHash, securityVersion }: AccountState) {
  return createHash('sha256')
    .update(passwordHash ?? '')
    .update(securityVersion > 0 ? `\n${securityVersion}` : '')
    .digest('base64url')
}
