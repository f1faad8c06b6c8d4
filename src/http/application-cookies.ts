import { parse } from 'cookie'
import type { Request, Response } from 'express'
import { hostCookieName, strictAttributes } from '../cookies.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { problems } from '../problems.ts'
import { isSentTwice } from './cookies.ts'

const APPLICATION = 'latchkey.application'
const MARK = 'latchkey.application-mark'
const MARK_FORM = /^[\w-]{43}$/
/** How long somebody may take to sign in. */
const MARK_LIFETIME = minutes(30)

/** The scheme of the application counts, not that of the hop between the proxy and this server. */
type Host = { secure: boolean }

export const hostOf = ({ origin }: { origin: string }): Host => ({ secure: origin.startsWith('https:') })

export function setApplicationCookie(res: Response, on: Host, value: string, expires: Date) {
  // Lax, because links from other sites lead to applications.
  const options = { ...strictAttributes(on), sameSite: 'lax', expires } as const
  res.cookie(hostCookieName(APPLICATION, on), value, options)
}

/** @throws 400 if it was sent twice */
export function applicationCookieOf(req: Request, on: Host): string | undefined {
  return cookieOf(req, hostCookieName(APPLICATION, on))
}

export function clearApplicationCookie(res: Response, on: Host) {
  res.clearCookie(hostCookieName(APPLICATION, on), strictAttributes(on))
}

/** Ties the code to this browser, so that nobody signs a victim in to their own account. All tabs share the mark. */
export function setApplicationMark(req: Request, res: Response, on: Host): string {
  const mark = markOf(req, on) ?? newSecret()
  const options = { ...strictAttributes(on), sameSite: 'lax', maxAge: MARK_LIFETIME } as const
  res.cookie(hostCookieName(MARK, on), mark, options)
  return hashOfSecret(mark)
}

export function readApplicationMark(req: Request, on: Host): string | undefined {
  const mark = markOf(req, on)
  return mark && hashOfSecret(mark)
}

function markOf(req: Request, on: Host): string | undefined {
  const mark = cookieOf(req, hostCookieName(MARK, on))
  return mark !== undefined && MARK_FORM.test(mark) ? mark : undefined
}

function cookieOf(req: Request, name: string): string | undefined {
  const { cookie } = req.headers
  if (!cookie?.includes(name)) return undefined
  if (isSentTwice(cookie, name)) throw problems.duplicateCookie()
  return parse(cookie)[name]
}
