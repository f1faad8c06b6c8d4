import type { RequestHandler } from 'express'
import { HttpProblem } from './problem.ts'

/**
 * Refuses a request that names no host or several: two programs on its way may not read it as the same one (RFC 9112, 3.2). Here and
 * not in Node's parser, which takes two of them, and answers none without our headers.
 */
export const requireOneHost: RequestHandler = (req, _res, next) => {
  if (hostsOf(req.rawHeaders) === 1 || (req.httpVersion === '1.0' && req.headers.host === undefined)) return next()
  next(new HttpProblem(400, 'malformed_request', 'Send exactly one Host header.'))
}

/** @param rawHeaders names and values in turn */
const hostsOf = (rawHeaders: string[]) => {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') count++
  return count
}
