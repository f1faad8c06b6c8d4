import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'

/** Node accepts two hosts, which programs may read differently (RFC 9112, 3.2). */
export const requireOneHost: RequestHandler = (req, _res, next) => {
  const { host = [] } = req.headersDistinct
  if (host.length === 1 || (req.httpVersion === '1.0' && host.length === 0)) return next()
  next(problems.notOneHost())
}
