import type { RequestHandler } from 'express'
import type { MeasuredRequest } from '../metrics/metrics.ts'
import { createRouteNames, methodOf } from './route-names.ts'

/** @param paths as declared, such as `/api/v1/users/:id`; all others are `other` */
export function measureRequests(paths: string[], observe: (request: MeasuredRequest) => void): RequestHandler {
  const routeOf = createRouteNames(paths)
  return (req, res, next) => {
    const startedAt = performance.now()
    const method = methodOf(req)
    // Taken now: routers shorten `url` while they work.
    const route = routeOf(req.originalUrl) ?? 'other'
    res.once('close', () =>
      observe({ method, route, status: res.statusCode, seconds: (performance.now() - startedAt) / 1000 }),
    )
    next()
  }
}
