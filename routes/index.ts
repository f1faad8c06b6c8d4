import path from 'node:path'
import compression from 'compression'
import { type RequestHandler, Router } from 'express'
import { pageHeaders, withHeaders } from '../configs/security-headers.ts'
import type { Deps } from '../src/deps.ts'
import { type Endpoint, mountPage, routerOf } from '../src/http/endpoint.ts'
import { docsRouter, openApiEndpoint, staticPages } from './docs.ts'
import { healthEndpoint, readinessEndpoint } from './health.ts'
import { jwksEndpoint, revokedEndpoint } from './well-known.ts'

const WEB = path.resolve(import.meta.dirname, '../web')
const PAGES = { '/': 'index.html', '/setup': 'setup.html' }

/** Endpoints of the index router that the OpenAPI document lists. */
export const indexEndpoints = (deps: Deps, document: () => Record<string, unknown>): Endpoint[] => [
  healthEndpoint(),
  readinessEndpoint(deps),
  jwksEndpoint(deps),
  revokedEndpoint(deps),
  ...(deps.env.OPENAPI_VISIBLE ? [openApiEndpoint(document)] : []),
]

/** Pages, documentation, health: no session and no cookie. */
export const indexRouter = (deps: Deps, endpoints: Endpoint[]): Router => {
  const router = Router({ caseSensitive: true, strict: true })
  router.use(compression())
  router.use(routerOf('', endpoints))
  router.use(withHeaders(pageHeaders()))
  if (deps.env.OPENAPI_VISIBLE) router.use(docsRouter())
  for (const [at, file] of Object.entries(PAGES)) mountPage(router, at, page(file))
  router.use(staticPages(path.join(WEB, 'public')))
  return router
}

const page =
  (file: string): RequestHandler =>
  (_req, res) =>
    res.sendFile(file, { root: WEB })
