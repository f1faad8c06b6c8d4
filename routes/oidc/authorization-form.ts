import express, { type NextFunction, type Request, type Response } from 'express'
import { redirect } from '../auth/provider-pages.ts'

/** The redirect has it all in one header. */
const LIMIT = 8 * 1024

const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: LIMIT })

export function isAuthorizationForm({ method, path }: Request): boolean {
  return method === 'POST' && path === '/auth'
}

/**
 * An authorization request by POST (OpenID Connect Core 1.0, section 3.1.2.1). From another site it comes without the session cookie; the
 * redirect brings it along.
 */
export function redirectAuthorizationForm(req: Request, res: Response, next: NextFunction) {
  readForm(req, res, error => {
    if (error) return next(error)
    const parameters = new URLSearchParams(typeof req.body === 'string' ? req.body : '')
    redirect(res, `/oidc/auth?${parameters}`)
  })
}
