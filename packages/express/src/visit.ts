import type { Request, Response } from 'express'
import type { Settings } from './options.ts'
import type { LatchkeyUser } from './user.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set by `latchkey()` for `requireUser()` and its kin. */
      latchkey?: Visit
    }
  }
}

/** What `latchkey()` knows of a request. */
export type Visit = {
  user: LatchkeyUser | undefined
  /** Why there is no user, where signing in would not help. */
  refusal: Problem | undefined
  signIn(res: Response): Promise<void>
}

export type Problem = {
  status: number
  code: string
  title: string
  detail: string
  headers?: Record<string, string>
}

/** Where browsers reach this app, without a path. @returns undefined if the request does not say */
export function originOf(req: Request, { origin }: Settings): string | undefined {
  if (origin !== undefined) return origin
  const { host = '' } = req.headers
  return /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host) ? `${req.protocol}://${host}` : undefined
}

/** Whether a person's browser asks for a page, which can be redirected. */
export function isNavigation({ headers }: Request): boolean {
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? /\btext\/html\b/.test(headers.accept ?? '') : mode === 'navigate'
}

/**
 * Whether another site sent the request (OWASP CSRF, Fetch Metadata). Older browsers send `Origin`; the rest are not browsers.
 */
export function isCrossSite({ headers }: Request, own: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return headers.origin !== undefined && headers.origin !== own
}
