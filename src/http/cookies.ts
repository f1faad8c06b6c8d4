import type { RequestHandler } from 'express'
import { HttpProblem } from '../problem.ts'
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
    if (cookie.indexOf(name) !== cookie.lastIndexOf(name) && countOf(cookie, name) > 1) return next(duplicateCookie())
    next(hasTooMany(cookie) ? tooManyCookies() : undefined)
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

function duplicateCookie() {
  return new HttpProblem(
    400,
    'duplicate_cookie',
    'The session cookie came twice, and one of the two may not be yours. Delete the cookies of this site, then sign in again.',
    { error: 'Duplicate cookie' },
  )
}

function tooManyCookies() {
  return new HttpProblem(
    400,
    'malformed_request',
    `Send at most ${MOST_COOKIES} cookies; delete the cookies of this site.`,
  )
}
