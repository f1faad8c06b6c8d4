import type { NextFunction, Request, RequestHandler, Response } from 'express'

/**
 * Several middlewares as one. The router matches, guards and leaves each that it is given, which costs a request more than most of
 * ours do; here that is done once for all of them. What a step throws or rejects with goes to the error handler, as it does there.
 */
export const inTurn = (...steps: RequestHandler[]): RequestHandler =>
  steps.reduceRight<RequestHandler>((rest, step) => before(step, rest), pass)

const before =
  (step: RequestHandler, rest: RequestHandler): RequestHandler =>
  (req: Request, res: Response, next: NextFunction) => {
    try {
      const later: unknown = step(req, res, error => (error ? next(error) : rest(req, res, next)))
      if (later instanceof Promise) later.catch(next)
    } catch (error) {
      next(error)
    }
  }

const pass: RequestHandler = (_req, _res, next) => next()
