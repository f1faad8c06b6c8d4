import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'

/**
 * Refuses a request that names no host or several: two programs on its way may not read it as the same one (RFC 9112, 3.2). Here and
 * not in Node's parser, which takes two of them, and answers none without our headers.
 */
export const requireOneHost: RequestHandler = (req, _res, next) => {
  const { host = [] } = req.headersDistinct
  if (host.length === 1 || (req.httpVersion === '1.0' && host.length === 0)) return next()
  next(problems.notOneHost())
}
