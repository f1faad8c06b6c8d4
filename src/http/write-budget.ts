import type { RequestHandler } from 'express'
import type { Limiters } from '../../configs/limiter.ts'
import { throttleWrite } from '../sign-in/throttle.ts'

/** Counts a request against the budget for writes of the user who sends it, by cookie or bearer token. */
export function countWrite(limiters: Limiters): RequestHandler {
  return (req, _res, next) => {
    const user = req.bearer ?? req.user
    if (!user) return next()
    throttleWrite(limiters, user).then(() => next(), next)
  }
}
