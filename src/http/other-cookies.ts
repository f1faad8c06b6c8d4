import cookieParser from 'cookie-parser'
import type { RequestHandler } from 'express'

/**
 * cookie-parser for requests that may change something. Reads do without, but for those that say so: each signed cookie costs them the
 * check of its signature, the session's own among them, which is checked already (docs/decisions/0011).
 * @param secrets SESSION_SECRET
 */
export function otherCookies(secrets: string[]): RequestHandler {
  const parse = cookieParser(secrets)
  return (req, res, next) => (req.method === 'GET' || req.method === 'HEAD' ? next() : parse(req, res, next))
}
