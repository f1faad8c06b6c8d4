import type { Request, RequestHandler } from 'express'
import type { Env } from '../../configs/env.ts'
import type { EndReason } from '../../models/session.ts'
import { seconds } from '../durations.ts'
import { countFactors } from '../factors/factors.ts'
import { lacksSecondFactor, strongestProof } from '../factors/policy.ts'
import type { Permission } from '../identity/permissions.ts'
import { type HttpProblem, problems } from '../problems.ts'
import { presentedSid, type SessionCookie } from '../sessions/cookie.ts'
import type { SessionStore } from '../sessions/store.ts'

declare global {
  namespace Express {
    interface Request {
      enrolmentOnly?: boolean
    }
  }
}

/** Limits a session without a required second factor to enrolling one (ASVS 6.3.3). */
export function noteEnrolment(env: Pick<Env, 'MFA_REQUIRED'>): RequestHandler {
  return (req, _res, next) => {
    if (req.user && lacksSecondFactor(env, req.user, req.session.auth)) req.enrolmentOnly = true
    next()
  }
}

type SessionNeed = 'session' | 'enrolment' | 'review'

/**
 * Nothing is open unless it says `public`.
 * - `enrolment`, `review`: also a session limited to that
 * - `any-session`: also a pending sign-in
 * - `fresh …`: needs a proof of identity within REAUTHENTICATION_AGE
 *   (ASVS 6.4.4, 7.5.1, 7.5.3; RFC 9470, section 3)
 */
export type Access =
  | 'public'
  | 'any-session'
  | 'pending-sign-in'
  | 'bearer'
  | SessionNeed
  | Permission
  | `fresh ${SessionNeed | Permission}`

export function securityOf(access: Access): 'cookie' | 'bearer' | undefined {
  if (access === 'public') return undefined
  return access === 'bearer' || access.includes(':') ? 'bearer' : 'cookie'
}

export function refusalsOf(access: Access): number[] {
  if (access === 'public') return []
  return securityOf(access) === 'bearer' ? [400, 401, 403, 503] : [401, 403, 503]
}

type AccessDeps = { env: Pick<Env, 'REAUTHENTICATION_AGE'>; store: SessionStore; cookie: SessionCookie }

/** Handlers that check `access` (ASVS 8.2.1, 8.3.1). */
export type AccessCheck = (access: Access) => RequestHandler[]

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

/** The reason is shown only for a cookie with a valid signature. */
function requireSession(store: SessionStore, cookie: SessionCookie, need: string): RequestHandler {
  return (req, _res, next) => {
    const refusal = refusalFor(req, need)
    if (!refusal) return next()
    if (req.isAuthenticated()) return next(refusal(undefined))
    if (req.session?.pendingLogin) return next(problems.secondFactorRequired())
    const presented = presentedSid(cookie, req)
    if (!presented) return next(refusal(undefined))
    store.endReason(presented.sid).then(reason => next(refusal(reason)), next)
  }
}

type Refusal = (reason: EndReason | undefined) => HttpProblem

function refusalFor(req: Request, need: string): Refusal | undefined {
  const isPending = req.session?.pendingLogin !== undefined
  if (need === 'pending-sign-in') return isPending ? undefined : problems.authenticationRequired
  if (need === 'any-session' && isPending) return undefined
  if (!req.isAuthenticated()) return problems.authenticationRequired
  if (req.session.review && need !== 'review' && need !== 'any-session') return problems.reviewRequired
  return req.enrolmentOnly && need === 'session' ? problems.enrolmentRequired : undefined
}

/** Only this session's proof counts, by a second factor if the account has one (ASVS 6.4.4). */
function requireRecentProof(env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler {
  return (req, _res, next) => {
    const userId = req.user?.id ?? ''
    strongestProof(req.session.auth, () => countFactors(userId)).then(
      provenAt => next(isFresh(env, provenAt) ? undefined : problems.reauthenticationRequired()),
      next,
    )
  }
}

function requireRecentToken(env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler {
  return (req, _res, next) => {
    if (!req.bearer) return next(problems.bearerRequired())
    const { kind, provenAt } = req.bearer.token
    next(
      kind === 'personal' || isFresh(env, provenAt)
        ? undefined
        : problems.recentTokenRequired(env.REAUTHENTICATION_AGE / seconds(1)),
    )
  }
}

function isFresh(env: Pick<Env, 'REAUTHENTICATION_AGE'>, provenAt: number | undefined) {
  return provenAt !== undefined && Date.now() - provenAt <= env.REAUTHENTICATION_AGE
}

/** For a team's own routes: anyone can register with an address that is not theirs. */
export const requireVerifiedEmail: RequestHandler = (req, _res, next) => {
  const principal = req.bearer ?? req.user
  next(principal?.emailVerified ? undefined : problems.emailNotVerified())
}

const requireBearer: RequestHandler = (req, _res, next) => (req.bearer ? next() : next(problems.bearerRequired()))

/** Cookies do not count under /api (ASVS 8.2.1; RFC 6750, section 3). */
function requirePermission(permission: Permission): RequestHandler {
  return (req, _res, next) => {
    if (!req.bearer) return next(problems.bearerRequired())
    return req.bearer.permissions.has(permission) ? next() : next(problems.permissionMissing(permission))
  }
}
