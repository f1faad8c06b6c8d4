import type { RequestHandler } from 'express'
import type { MeasuredRequest } from '../metrics/metrics.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** @param paths as declared, such as `/api/v1/users/:id`; all others are `other` */
export function measureRequests(paths: string[], observe: (request: MeasuredRequest) => void): RequestHandler {
  const routeOf = createRouteNames(paths)
  return (req, res, next) => {
    const startedAt = performance.now()
    const method = METHODS.has(req.method) ? req.method : 'other'
    // Taken now: routers shorten `url` while they work.
    const route = routeOf(req.originalUrl)
    res.once('close', () =>
      observe({ method, route, status: res.statusCode, seconds: (performance.now() - startedAt) / 1000 }),
    )
    next()
  }
}

function createRouteNames(paths: string[]) {
  const fixed = new Set(paths.filter(path => !path.includes(':')))
  const patterns = [...new Set(paths)]
    .filter(path => path.includes(':'))
    .map(path => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`) }))
  return (url: string): string => {
    const [path = ''] = url.split('?', 1)
    return fixed.has(path) ? path : (patterns.find(({ pattern }) => pattern.test(path))?.path ?? 'other')
  }
}
