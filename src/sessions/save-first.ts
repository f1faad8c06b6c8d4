import type { RequestHandler } from 'express'
import type { SessionStore } from './store.ts'

/**
 * Has a request that may change something save its session before it answers: express-session saves after the status has gone out,
 * so that a change which could not be written would be answered 200 (ASVS 16.5.3).
 */
export const saveBeforeAnswer =
  (store: SessionStore): RequestHandler =>
  (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    const end = res.end.bind(res) as (...given: unknown[]) => typeof res
    const endSaved = (...given: unknown[]) => {
      res.end = end as typeof res.end
      if (!store.isChanged(req.session)) return end(...given)
      req.session.save(error => (error ? next(error) : end(...given)))
      return res
    }
    res.end = endSaved as typeof res.end
    next()
  }
