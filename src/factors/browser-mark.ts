import type { Request, Response } from 'express'
import { hostCookieName, strictAttributes } from '../cookies.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { CHALLENGE_LIFETIME } from './challenges.ts'

const NAME = 'passkey-challenge'

/**
 * Marks a browser that has no session yet, so that a challenge is answered where it was asked for, and not by a victim of somebody who
 * asked for it.
 * @returns what the challenge is bound to
 */
export function markBrowser(req: Request, res: Response): string {
  const mark = newSecret()
  res.cookie(hostCookieName(NAME, req), mark, { ...strictAttributes(req), maxAge: CHALLENGE_LIFETIME })
  return hashOfSecret(mark)
}

/** @returns what a challenge of this browser is bound to; the mark is taken away, for it has one use */
export function takeMark(req: Request, res: Response): string {
  const mark: unknown = req.cookies[hostCookieName(NAME, req)]
  res.clearCookie(hostCookieName(NAME, req), strictAttributes(req))
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}
