import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { sendProblem } from './answers.ts'
import { notSignedIn, permissionMissing, scopeMissing } from './problems.ts'
import type { LatchkeyUser } from './user.ts'
import { isNavigation, type Problem, type Visit } from './visit.ts'

/** Lets in who is signed in. Browsers are sent to sign in and come back; programs get 401. */
export function requireUser(): RequestHandler {
  return guard(() => undefined)
}

/** Lets in users with a permission. @param permission as in `req.user.permissions` */
export function requirePermission(permission: string): RequestHandler {
  return guard(({ permissions }) => (permissions.includes(permission) ? undefined : permissionMissing(permission)))
}

/** Lets in bearer tokens with a scope, and people who signed in with a browser: they are not limited by scopes. */
export function requireScope(scope: string): RequestHandler {
  return guard(({ via, scopes }) => (via === 'session' || scopes.includes(scope) ? undefined : scopeMissing(scope)))
}

function guard(refuse: (user: LatchkeyUser) => Problem | undefined): RequestHandler {
  return (req, res, next) => {
    const visit = req.latchkey
    if (!visit) return next(new Error('app.use(latchkey({ ... })) must come before this route'))
    if (!visit.user) return void askToSignIn(req, res, next, visit)
    const refusal = refuse(visit.user)
    if (refusal) return sendProblem(req, res, refusal)
    next()
  }
}

async function askToSignIn(req: Request, res: Response, next: NextFunction, visit: Visit) {
  if (visit.refusal) return sendProblem(req, res, visit.refusal)
  if (req.method !== 'GET' || !isNavigation(req)) return sendProblem(req, res, notSignedIn)
  await visit.signIn(res).catch(next)
}
