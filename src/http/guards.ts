import type { Request, RequestHandler } from 'express'
import { seconds } from '../../configs/durations.ts'
import type { Env } from '../../configs/env.ts'
import type { EndReason } from '../../models/session.ts'
import type { Permission } from '../accounts/permissions.ts'
import { countFactors } from '../mfa/factors.ts'
import { lacksSecondFactor, strongestProof } from '../mfa/policy.ts'
import { presentedSid, type SessionCookie } from '../sessions/cookie.ts'
import type { SessionStore } from '../sessions/store.ts'
import { bearerRequired } from './authorization.ts'
import { HttpProblem } from './problem.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set where MFA_REQUIRED asks for a second factor that this session was made without. */
      enrolmentOnly?: boolean
    }
  }
}

/** Notes, on each request, whether its session may do no more than enrol a second factor (ASVS 6.3.3). */
export const noteEnrolment =
  (env: Pick<Env, 'MFA_REQUIRED'>): RequestHandler =>
  (req, _res, next) => {
    if (req.user && lacksSecondFactor(env, req.user, req.session.auth)) req.enrolmentOnly = true
    next()
  }

/** Only a browser that is signed in, and has all the factors it needs, passes. */
export const requireAuthentication = (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  unlessRefused(store, cookie, req => {
    if (!req.isAuthenticated()) return authenticationRequired
    if (req.session.review) return reviewRequired
    return req.enrolmentOnly ? enrolmentRequired : undefined
  })

/** For the routes by which a second factor is added: passes also who MFA_REQUIRED lets do nothing else. */
export const requireSignIn = (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  unlessRefused(store, cookie, req => {
    if (!req.isAuthenticated()) return authenticationRequired
    return req.session.review ? reviewRequired : undefined
  })

/** For the review after a recovery and what it needs: passes also a session that may do nothing else. */
export const requireSignInOrReview = (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  unlessRefused(store, cookie, req => (req.isAuthenticated() ? undefined : authenticationRequired))

/** For signing out: passes also a login that waits for its second factor. */
export const requireSession = (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  unlessRefused(store, cookie, req =>
    req.isAuthenticated() || req.session?.pendingLogin ? undefined : authenticationRequired,
  )

/** Only a login that waits for its second factor passes. */
export const requirePendingLogin = (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  unlessRefused(store, cookie, req => (req.session?.pendingLogin ? undefined : authenticationRequired))

type Refusal = (reason: EndReason | undefined) => HttpProblem

/** A dead cookie with our signature is told why it ended; a forged or unknown one never is. */
const unlessRefused =
  (store: SessionStore, cookie: SessionCookie, refusalOf: (req: Request) => Refusal | undefined): RequestHandler =>
  (req, _res, next) => {
    const refusal = refusalOf(req)
    if (!refusal) return next()
    if (req.isAuthenticated()) return next(refusal(undefined))
    if (req.session?.pendingLogin) return next(secondFactorRequired())
    const presented = presentedSid(cookie, req)
    if (!presented) return next(refusal(undefined))
    store.endReason(presented.sid).then(reason => next(refusal(reason)), next)
  }

/**
 * After `requireAuthentication`: passes a session whose owner proved who they are within REAUTHENTICATION_AGE, by signing in or by
 * `POST /auth/reauthenticate` (ASVS 7.5.1, 7.5.3). The proof belongs to this session alone. If the account has a second factor, only a
 * second factor is a proof: neither a password nor a trusted device takes it away (ASVS 6.4.4).
 */
export const requireRecentProof =
  (env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler =>
  (req, _res, next) => {
    const userId = req.user?.id ?? ''
    strongestProof(req.session.auth, () => countFactors(userId)).then(
      provenAt => next(isFresh(env, provenAt) ? undefined : reauthenticationRequired()),
      next,
    )
  }

/**
 * After `requirePermission`, for steps that administer: passes an access token issued within REAUTHENTICATION_AGE of a proof of who its
 * owner is (ASVS 7.5.3; RFC 9470, section 3). A personal token passes, because it was created after such a proof.
 */
export const requireRecentToken =
  (env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler =>
  (req, _res, next) => {
    if (!req.bearer) return next(bearerRequired())
    const { kind, provenAt } = req.bearer.token
    next(kind === 'personal' || isFresh(env, provenAt) ? undefined : recentTokenRequired(env))
  }

const isFresh = (env: Pick<Env, 'REAUTHENTICATION_AGE'>, provenAt: number | undefined) =>
  provenAt !== undefined && Date.now() - provenAt <= env.REAUTHENTICATION_AGE

const secondFactorRequired = () =>
  new HttpProblem(
    401,
    'second_factor_required',
    'The password was right. Send the second factor to POST /auth/second-factor.',
    { error: 'Second factor required' },
  )

const enrolmentRequired = () =>
  new HttpProblem(
    403,
    'second_factor_enrolment_required',
    'This server asks you for a second factor. Add one at POST /auth/totp or POST /auth/passkeys/options, or prove the one you have at POST /auth/reauthenticate.',
    { error: 'Second factor enrolment required' },
  )

const reviewRequired = () =>
  new HttpProblem(
    403,
    'review_required',
    'The account was recovered. Look at its ways to sign in first: GET /auth/review, then POST /auth/review.',
    { error: 'Review required' },
  )

const reauthenticationRequired = () =>
  new HttpProblem(
    403,
    'reauthentication_required',
    'Prove who you are at POST /auth/reauthenticate, then send this request again. If you have a second factor, use it.',
    { error: 'Reauthentication required' },
  )

/** 401 for a bearer token; RFC 9470, section 3. */
const recentTokenRequired = ({ REAUTHENTICATION_AGE }: Pick<Env, 'REAUTHENTICATION_AGE'>) =>
  new HttpProblem(
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

/** 401 for a request under /auth without a live session. */
const authenticationRequired = (reason: EndReason | undefined) =>
  new HttpProblem(401, 'authentication_required', 'Sign in at POST /auth/login and send the cookie with the request.', {
    error: 'Authentication required',
    ...(reason && { reason }),
  })

/**
 * For a team's own routes that trust the address of `req.user` or `req.bearer`, after the guard that says who asks: passes only a user
 * whose address is verified. Anybody can register with an address that is not theirs.
 */
export const requireVerifiedEmail: RequestHandler = (req, _res, next) => {
  const principal = req.bearer ?? req.user
  next(principal?.emailVerified ? undefined : emailNotVerified())
}

const emailNotVerified = () =>
  new HttpProblem(
    403,
    'email_not_verified',
    'Verify your email address first. POST /auth/verify-email/resend sends a new link.',
    { error: 'Email not verified' },
  )

/** Any good bearer token passes, whatever it may. */
export const requireBearer: RequestHandler = (req, _res, next) => (req.bearer ? next() : next(bearerRequired()))

/**
 * Only a bearer token that may, and whose owner may, passes; the cookie does not count under /api (ASVS 8.2.1; RFC 6750, section 3).
 */
export const requirePermission =
  (permission: Permission): RequestHandler =>
  (req, _res, next) => {
    if (!req.bearer) return next(bearerRequired())
    return req.bearer.permissions.has(permission) ? next() : next(permissionMissing(permission))
  }

const permissionMissing = (permission: Permission) =>
  new HttpProblem(
    403,
    'forbidden',
    `This needs the permission ${permission}: of the token, as a scope, and of its owner, by a role that an administrator grants.`,
    {
      error: 'Admin access required',
      headers: { 'WWW-Authenticate': `Bearer realm="api", error="insufficient_scope", scope="${permission}"` },
    },
  )
