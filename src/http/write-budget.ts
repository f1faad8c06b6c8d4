import type { RequestHandler } from 'express'
import type { Limiters } from '../../configs/limiter.ts'
import { throttleWrite } from '../sign-in/throttle.ts'

export function countWrite(limiters: Limiters): RequestHandler {
  return (req, _res, next) => {
    const user = req.bearer ?? req.user
    if (!user) return next()
    throttleWrite(limiters, user).then(() => next(), next)
  }
}
