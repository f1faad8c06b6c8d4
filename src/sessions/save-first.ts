import type { RequestHandler } from 'express'
import type { SessionStore } from './store.ts'

/**
 * Has what a request changes in its session saved before it is answered. express-session saves after the status has gone out, so that a
 * change which could not be written would be answered 200 (ASVS 16.5.3); and to find out whether something changed, it hashes each
 * session once more, where the store need only compare.
 * @param load express-session
 */
export const saveBeforeAnswer =
  (store: SessionStore, load: RequestHandler): RequestHandler =>
  (req, res, next) => {
    const end = res.end as (...given: unknown[]) => typeof res
    const endSaved = (...given: unknown[]) => {
      res.end = end as typeof res.end
      if (!store.isChanged(req.session)) return Reflect.apply(end, res, given)
      req.session.save(error => (error ? next(error) : Reflect.apply(end, res, given)))
      return res
    }
    load(req, res, (error?: unknown) => {
      if (error) return next(error)
      res.end = endSaved as typeof res.end
      next()
    })
  }
