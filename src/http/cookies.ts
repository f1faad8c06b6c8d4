import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'
import type { SessionCookie } from '../sessions/cookie.ts'

/** Browsers keep 180 of one site. Each that looks signed costs the check of a signature. */
const MOST_COOKIES = 200

/**
 * Refuses a request that has the session cookie twice. Another host of the same site, or anybody on a plain http connection, can plant a
 * second one, and every parser takes the first without a word (RFC 6265, 8.6).
 */
export function refuseOddCookies({ name }: Pick<SessionCookie, 'name'>): RequestHandler {
  return (req, _res, next) => {
    const { cookie } = req.headers
    if (cookie === undefined) return next()
    if (cookie.indexOf(name) !== cookie.lastIndexOf(name) && countOf(cookie, name) > 1)
      return next(problems.duplicateCookie())
    next(hasTooMany(cookie) ? problems.tooManyCookies(MOST_COOKIES) : undefined)
  }
}

/** As parsers read it: quotes do not keep a semicolon in a value, and what has no sign is no cookie. */
function countOf(header: string, name: string): number {
  const names = header.split(';').flatMap(pair => (pair.includes('=') ? [pair.slice(0, pair.indexOf('=')).trim()] : []))
  return names.filter(each => each === name).length
}

function hasTooMany(header: string): boolean {
  return header.length > 2 * MOST_COOKIES && header.split(';').length > MOST_COOKIES
}
