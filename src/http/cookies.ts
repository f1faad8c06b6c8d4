import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'
import type { SessionCookie } from '../sessions/cookie.ts'

/** Browsers keep 180 per site, and each signed one costs a signature check. */
const MOST_COOKIES = 200

/** Another host of the site, or anyone on plain http, can plant a second cookie (RFC 6265, 8.6). */
export function refuseOddCookies({ name }: Pick<SessionCookie, 'name'>): RequestHandler {
  return (req, _res, next) => {
    const { cookie } = req.headers
    if (cookie === undefined) return next()
    if (isSentTwice(cookie, name)) return next(problems.duplicateCookie())
    next(hasTooMany(cookie) ? problems.tooManyCookies(MOST_COOKIES) : undefined)
  }
}

export function isSentTwice(header: string, name: string): boolean {
  return header.indexOf(name) !== header.lastIndexOf(name) && countOf(header, name) > 1
}

/** As parsers do: quotes do not protect a semicolon, and a pair without `=` is no cookie. */
function countOf(header: string, name: string): number {
  const names = header.split(';').flatMap(pair => (pair.includes('=') ? [pair.slice(0, pair.indexOf('=')).trim()] : []))
  return names.filter(each => each === name).length
}

function hasTooMany(header: string): boolean {
  return header.length > 2 * MOST_COOKIES && header.split(';').length > MOST_COOKIES
}
