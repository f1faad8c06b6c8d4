import type { Request, RequestHandler } from 'express'
import type { Env } from '../../configs/env.ts'
import type { EndReason } from '../../models/session.ts'
import { seconds } from '../durations.ts'
import { countFactors } from '../factors/factors.ts'
import { lacksSecondFactor, strongestProof } from '../factors/policy.ts'
import type { Permission } from '../identity/permissions.ts'
import { HttpProblem } from '../problem.ts'
import { presentedSid, type SessionCookie } from '../sessions/cookie.ts'
import type { SessionStore } from '../sessions/store.ts'
import { bearerRequired } from './authorization.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set where MFA_REQUIRED asks for a second factor that this session was made without. */
      enrolmentOnly?: boolean
    }
  }
}

/** Notes, on each request, whether its session may do no more than enrol a second factor (ASVS 6.3.3). */
export function noteEnrolment(env: Pick<Env, 'MFA_REQUIRED'>): RequestHandler {
  return (req, _res, next) => {
    if (req.user && lacksSecondFactor(env, req.user, req.session.auth)) req.enrolmentOnly = true
    next()
  }
}

/** What a session must be: `enrolment` also takes one that may only enrol a second factor, `review` also one that may only review. */
type SessionNeed = 'session' | 'enrolment' | 'review'

/**
 * Who may call an endpoint. Nothing is open unless it says `public`.
 *
 * - `session`, `enrolment`, `review`: the cookie of somebody who is signed in
 * - `any-session`: also a sign-in that waits for its second factor; `pending-sign-in`: only such a one
 * - `bearer`: any valid bearer token; `users:read` and the like: a token with this permission, whose owner has it
 * - `fresh ...`: the same, and a proof of identity within REAUTHENTICATION_AGE (ASVS 7.5.1, 7.5.3). In a session the proof is as strong as
 *   the account's strongest factor (ASVS 6.4.4). An access token must be issued after it (RFC 9470, section 3); a personal token was.
 */
export type Access =
  | 'public'
  | 'any-session'
  | 'pending-sign-in'
  | 'bearer'
  | SessionNeed
  | Permission
  | `fresh ${SessionNeed | Permission}`

/** How the credential is sent, in the words of the OpenAPI document; undefined for a public endpoint. */
export function securityOf(access: Access): 'cookie' | 'bearer' | undefined {
  if (access === 'public') return undefined
  return access === 'bearer' || access.includes(':') ? 'bearer' : 'cookie'
}

/** The statuses with which `access` itself refuses. */
export function refusalsOf(access: Access): number[] {
  if (access === 'public') return []
  return securityOf(access) === 'bearer' ? [400, 401, 403, 503] : [401, 403, 503]
}

type AccessDeps = { env: Pick<Env, 'REAUTHENTICATION_AGE'>; store: SessionStore; cookie: SessionCookie }

/** Checks `access` of the endpoints of this server (ASVS 8.2.1, 8.3.1). */
export type AccessCheck = (access: Access) => RequestHandler[]

/** @returns the handlers that let only those pass who may */
export function createAccessCheck({ env, store, cookie }: AccessDeps): AccessCheck {
  return access => {
    if (access === 'public') return []
    if (access === 'bearer') return [requireBearer]
    const isFreshNeeded = access.startsWith('fresh ')
    const need = access.replace('fresh ', '')
    if (need.includes(':'))
      return [requirePermission(need as Permission), ...(isFreshNeeded ? [requireRecentToken(env)] : [])]
    return [requireSession(store, cookie, need), ...(isFreshNeeded ? [requireRecentProof(env)] : [])]
  }
}

/** A dead cookie with our signature is told why it ended; a forged or unknown one never is. */
function requireSession(store: SessionStore, cookie: SessionCookie, need: string): RequestHandler {
  return (req, _res, next) => {
    const refusal = refusalFor(req, need)
    if (!refusal) return next()
    if (req.isAuthenticated()) return next(refusal(undefined))
    if (req.session?.pendingLogin) return next(secondFactorRequired())
    const presented = presentedSid(cookie, req)
    if (!presented) return next(refusal(undefined))
    store.endReason(presented.sid).then(reason => next(refusal(reason)), next)
  }
}

type Refusal = (reason: EndReason | undefined) => HttpProblem

function refusalFor(req: Request, need: string): Refusal | undefined {
  const isPending = req.session?.pendingLogin !== undefined
  if (need === 'pending-sign-in') return isPending ? undefined : authenticationRequired
  if (need === 'any-session' && isPending) return undefined
  if (!req.isAuthenticated()) return authenticationRequired
  if (req.session.review && need !== 'review' && need !== 'any-session') return reviewRequired
  return req.enrolmentOnly && need === 'session' ? enrolmentRequired : undefined
}

/** The proof belongs to this session alone. An account with a second factor is proved by a second factor only (ASVS 6.4.4). */
function requireRecentProof(env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler {
  return (req, _res, next) => {
    const userId = req.user?.id ?? ''
    strongestProof(req.session.auth, () => countFactors(userId)).then(
      provenAt => next(isFresh(env, provenAt) ? undefined : reauthenticationRequired()),
      next,
    )
  }
}

function requireRecentToken(env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler {
  return (req, _res, next) => {
    if (!req.bearer) return next(bearerRequired())
    const { kind, provenAt } = req.bearer.token
    next(kind === 'personal' || isFresh(env, provenAt) ? undefined : recentTokenRequired(env))
  }
}

function isFresh(env: Pick<Env, 'REAUTHENTICATION_AGE'>, provenAt: number | undefined) {
  return provenAt !== undefined && Date.now() - provenAt <= env.REAUTHENTICATION_AGE
}

function secondFactorRequired() {
  return new HttpProblem(
    401,
    'second_factor_required',
    'The password was right. Send the second factor to POST /auth/second-factor.',
    { error: 'Second factor required' },
  )
}

function enrolmentRequired() {
  return new HttpProblem(
    403,
    'second_factor_enrolment_required',
    'This server asks you for a second factor. Add one at POST /auth/totp or POST /auth/passkeys/options, or prove the one you have at POST /auth/reauthenticate.',
    { error: 'Second factor enrolment required' },
  )
}

function reviewRequired() {
  return new HttpProblem(
    403,
    'review_required',
    'The account was recovered. Look at its ways to sign in first: GET /auth/review, then POST /auth/review.',
    { error: 'Review required' },
  )
}

function reauthenticationRequired() {
  return new HttpProblem(
    403,
    'reauthentication_required',
    'Prove who you are at POST /auth/reauthenticate, then send this request again. If you have a second factor, use it.',
    { error: 'Reauthentication required' },
  )
}

/** 401 for a bearer token; RFC 9470, section 3. */
function recentTokenRequired({ REAUTHENTICATION_AGE }: Pick<Env, 'REAUTHENTICATION_AGE'>) {
  return new HttpProblem(
    401,
    'reauthentication_required',
    'Prove who you are at POST /auth/reauthenticate, then send this request again with a new token of POST /auth/token.',
    {
      error: 'Reauthentication required',
      headers: {
        'WWW-Authenticate': `Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="${REAUTHENTICATION_AGE / seconds(1)}"`,
      },
    },
  )
}

/** 401 for a request under /auth without a live session. */
function authenticationRequired(reason: EndReason | undefined) {
  return new HttpProblem(
    401,
    'authentication_required',
    'Sign in at POST /auth/login and send the cookie with the request.',
    {
      error: 'Authentication required',
      ...(reason && { reason }),
    },
  )
}

/**
 * A guard for a team's own routes that trust the address of `req.user` or `req.bearer`: passes only a user whose address is verified.
 * Anyone can register with an address that is not theirs.
 */
export const requireVerifiedEmail: RequestHandler = (req, _res, next) => {
  const principal = req.bearer ?? req.user
  next(principal?.emailVerified ? undefined : emailNotVerified())
}

function emailNotVerified() {
  return new HttpProblem(
    403,
    'email_not_verified',
    'Verify your email address first. POST /auth/verify-email/resend sends a new link.',
    { error: 'Email not verified' },
  )
}

const requireBearer: RequestHandler = (req, _res, next) => (req.bearer ? next() : next(bearerRequired()))

/** The cookie does not count under /api (ASVS 8.2.1; RFC 6750, section 3). */
function requirePermission(permission: Permission): RequestHandler {
  return (req, _res, next) => {
    if (!req.bearer) return next(bearerRequired())
    return req.bearer.permissions.has(permission) ? next() : next(permissionMissing(permission))
  }
}

function permissionMissing(permission: Permission) {
  return new HttpProblem(
    403,
    'forbidden',
    `This needs the permission ${permission}: of the token, as a scope, and of its owner, by a role that an administrator grants.`,
    {
      error: 'Admin access required',
      headers: { 'WWW-Authenticate': `Bearer realm="api", error="insufficient_scope", scope="${permission}"` },
    },
  )
}
