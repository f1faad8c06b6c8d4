import type { Request, Response } from 'express'
import type { User } from '../../models/user.ts'
import { hostCookieName, strictAttributes } from '../cookies.ts'
import { hours } from '../durations.ts'

type Account = Pick<User, 'id' | 'pendingRegistration'>

const NAME = 'latchkey.registered'
/** As long as the link that confirms the address. */
const LIFETIME = hours(24)

/**
 * Marks the browser in which an account was registered, by a signed cookie with the id of the account, or of a registration whose
 * address is not confirmed yet. It opens nothing by itself.
 */
export function markRegistration(req: Request, res: Response, registered: string) {
  res.cookie(hostCookieName(NAME, req), registered, { ...strictAttributes(req), signed: true, maxAge: LIFETIME })
}

/** Whether this browser is signed in to the account, or registered it. */
export function isRegistrants(req: Request, { id, pendingRegistration }: Account): boolean {
  return req.user?.id === id || req.signedCookies[hostCookieName(NAME, req)] === (pendingRegistration ?? id)
}

export function forgetRegistration(req: Request, res: Response) {
  res.clearCookie(hostCookieName(NAME, req), strictAttributes(req))
}
