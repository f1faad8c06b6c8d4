import path from 'node:path'
import compression from 'compression'
import { Router } from 'express'
import { readBranding } from '../configs/branding.ts'
import { pageHeaders, withHeaders } from '../configs/security-headers.ts'
import type { AccessCheck } from '../src/http/access.ts'
import { type Endpoint, routerOf } from '../src/http/endpoint.ts'
import type { Deps } from '../src/services.ts'
import { docsRouter, openApiEndpoint } from './docs.ts'
import { healthEndpoint, readinessEndpoint } from './health.ts'
import { applicationEndpoints } from './latchkey/index.ts'
import { resourceMetadataEndpoint } from './oidc/metadata.ts'
import { filesOf, notFoundPage, pagesRouter } from './pages.ts'
import { jwksEndpoint, revokedEndpoint } from './well-known.ts'

const PUBLIC = path.resolve(import.meta.dirname, '../web/public')

/** Endpoints of the index router that the OpenAPI document lists. */
export function indexEndpoints(deps: Deps, document: () => Record<string, unknown>): Endpoint[] {
  return [
    healthEndpoint(),
    readinessEndpoint(deps),
    jwksEndpoint(deps),
    revokedEndpoint(deps),
    ...(deps.openidProvider ? [resourceMetadataEndpoint(deps, deps.openidProvider)] : []),
    ...applicationEndpoints(deps),
    ...(deps.env.OPENAPI_VISIBLE ? [openApiEndpoint(document)] : []),
  ]
}

/** Pages, documentation, health: no session, and no cookie is set. */
export function indexRouter(deps: Deps, endpoints: Endpoint[], access: AccessCheck): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.use(compression())
  router.use(routerOf('', endpoints, access))
  router.use(withHeaders(pageHeaders()))
  if (deps.env.OPENAPI_VISIBLE) router.use(docsRouter())
  const branding = readBranding(deps.env)
  router.use(pagesRouter(deps, branding))
  router.use(filesOf(PUBLIC))
  router.use(notFoundPage(deps, branding))
  return router
}
