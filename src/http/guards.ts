import type { RequestHandler } from 'express'
import type { Env } from '../../configs/env.ts'
import type { EndReason } from '../../models/session.ts'
import type { Permission } from '../accounts/permissions.ts'
import { presentedSid, type SessionCookie } from '../sessions/cookie.ts'
import type { SessionStore } from '../sessions/store.ts'
import { bearerRequired } from './authorization.ts'
import { HttpProblem } from './problem.ts'

/** Only a signed-in browser passes. A dead cookie with our signature is told why it ended; a forged or unknown one never is. */
export const requireAuthentication =
  (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  (req, _res, next) => {
    if (req.isAuthenticated()) return next()
    const sid = presentedSid(cookie, req)
    if (sid === undefined) return next(authenticationRequired(undefined))
    store.endReason(sid).then(reason => next(authenticationRequired(reason)), next)
  }

/**
 * After `requireAuthentication`: only a session whose owner proved who they are within REAUTHENTICATION_AGE passes, be it by signing in
 * or by `POST /auth/reauthenticate` (ASVS 7.5.1, 7.5.3). The proof belongs to this session alone.
 */
export const requireRecentProof =
  (env: Pick<Env, 'REAUTHENTICATION_AGE'>): RequestHandler =>
  (req, _res, next) => {
    const { auth } = req.session
    const provenAt = Math.max(auth?.at ?? 0, auth?.provenAt ?? 0)
    return Date.now() - provenAt <= env.REAUTHENTICATION_AGE ? next() : next(reauthenticationRequired())
  }

const reauthenticationRequired = () =>
  new HttpProblem(
    403,
    'reauthentication_required',
    'Prove again who you are at POST /auth/reauthenticate, then send this request once more.',
    { error: 'Reauthentication required' },
  )

/** 401 for a request under /auth without a live session. */
const authenticationRequired = (reason: EndReason | undefined) =>
  new HttpProblem(401, 'authentication_required', 'Sign in at POST /auth/login and send the cookie with the request.', {
    error: 'Authentication required',
    ...(reason && { reason }),
  })

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
