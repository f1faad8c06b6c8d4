import type { Request, Response } from 'express'
import { hours } from '../../configs/durations.ts'
import { hostCookieName, strictAttributes } from '../cookies.ts'

const NAME = 'latchkey.registered'
/** As long as the link that confirms the address. */
const LIFETIME = hours(24)

/** Marks the browser in which an account was registered, by a signed cookie with the account's id. It opens nothing by itself. */
export function markRegistration(req: Request, res: Response, userId: string) {
  res.cookie(hostCookieName(NAME, req), userId, { ...strictAttributes(req), signed: true, maxAge: LIFETIME })
}

/** Whether this browser is signed in to the account, or registered it. */
export function isRegistrants(req: Request, userId: string): boolean {
  return req.user?.id === userId || req.signedCookies[hostCookieName(NAME, req)] === userId
}

export function forgetRegistration(req: Request, res: Response) {
  res.clearCookie(hostCookieName(NAME, req), strictAttributes(req))
}
