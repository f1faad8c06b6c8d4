import cookieParser from 'cookie-parser'
import express, { type Express } from 'express'
import { isHttps } from '../configs/env.ts'
import { apiHeaders, transportHeaders, withHeaders } from '../configs/security-headers.ts'
import { apiEndpoints } from '../routes/api/index.ts'
import { forwardEndpoint } from '../routes/auth/forward.ts'
import { authEndpoints } from '../routes/auth/index.ts'
import { providerFormEndpoint } from '../routes/auth/oidc.ts'
import { sessionReadPath } from '../routes/auth/session.ts'
import { indexEndpoints, indexRouter } from '../routes/index.ts'
import { oidcEndpoints, openidProviderRouter } from '../routes/oidc/index.ts'
import { resourceMetadataUrl } from '../routes/oidc/metadata.ts'
import { startPath } from '../routes/start.ts'
import { permissionsOf } from './extensions.ts'
import { createAccessCheck, noteEnrolment } from './http/access.ts'
import { authenticateBearer } from './http/authenticate-bearer.ts'
import { requestContext } from './http/context.ts'
import { refuseOddCookies } from './http/cookies.ts'
import { refuseCrossSite } from './http/csrf.ts'
import { routerOf } from './http/endpoint.ts'
import { errorHandler, notFound } from './http/error-handler.ts'
import { etagOf } from './http/etag.ts'
import { requireOneHost } from './http/host.ts'
import { measureRequests } from './http/measure.ts'
import { openApiDocument } from './http/openapi.ts'
import { createRefusalNotes } from './http/refusals.ts'
import { requestLog } from './http/request-log.ts'
import { pointToMetadata } from './http/resource-metadata.ts'
import { traceRequests } from './http/trace-requests.ts'
import { requireHttps } from './http/transport.ts'
import { countWrite } from './http/write-budget.ts'
import type { Deps } from './services.ts'
import { sessionMiddleware } from './sessions/middleware.ts'
import { keepSessionCurrent } from './sessions/renew.ts'

export function endpointsOf(deps: Deps) {
  const { extensions } = deps
  const permissions = [...permissionsOf(extensions), ...(deps.forwardAuth?.permissions ?? [])]
  const api = [...apiEndpoints(deps, permissions), ...(extensions.api?.(deps) ?? [])]
  const auth = [...authEndpoints(deps), ...(extensions.auth?.(deps) ?? [])]
  const oidc = oidcEndpoints(deps)
  const index = indexEndpoints(deps, () => document())
  const document = openApiDocument(deps.env, deps.cookie, [...index, ...api, ...oidc, ...auth])
  return { index, api, oidc, auth, document }
}

/** What is mounted above the sessions runs without them (docs/decisions/0011, 0012). */
export function createApp(deps: Deps): Express {
  const { env, logger, store, cookie, passport, openidProvider } = deps
  const { index, api, oidc, auth } = endpointsOf(deps)
  const access = createAccessCheck(deps)

  const app = express()
  app.disable('x-powered-by')
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.set('trust proxy', env.TRUST_PROXY)
  app.set('query parser', 'simple')
  app.set('etag', etagOf)

  app.use(requestContext, withHeaders(new Map([...transportHeaders(env), ...apiHeaders()])), requireOneHost)
  if (logger.isLevelEnabled('http')) app.use(requestLog(logger))

  const paths = [...index, ...api, ...oidc, ...auth].map(({ path }) => path)
  if (deps.metrics) app.use(measureRequests(paths, deps.metrics.observeRequest))
  if (deps.tracing) app.use(traceRequests(paths, deps.tracing))

  if (isHttps(env)) app.use(['/api', '/oidc', '/auth', '/.latchkey'], requireHttps(logger))
  app.use('/api', authenticateBearer(deps), routerOf('/api', api, access, countWrite(deps.limiters)))
  if (openidProvider) app.use('/api', pointToMetadata(resourceMetadataUrl(deps)))
  const oddCookies = refuseOddCookies(cookie)
  if (openidProvider) app.use(openidProviderRouter(deps, openidProvider, routerOf('/oidc', oidc, access)))
  app.get('/auth/session', oddCookies, sessionReadPath(deps))
  if (env.NODE_ENV === 'production') app.get('/', oddCookies, startPath(deps))
  if (deps.forwardAuth) {
    const forward = forwardEndpoint(deps, deps.forwardAuth)
    app.get(forward.path, ...forward.steps)
  }

  // Ahead of the check for cross-site requests: a provider's page posts it, without this site's cookies.
  const providerForm = providerFormEndpoint(deps)
  app.post(providerForm.path, ...providerForm.steps)

  const session = [
    oddCookies,
    refuseCrossSite(env.BASE_URL),
    sessionMiddleware(env, store, cookie),
    // After express-session, which fails on a parsed JSON cookie.
    cookieParser(env.SESSION_SECRET),
    passport.authenticate('session'),
    keepSessionCurrent(store, cookie),
    noteEnrolment(env),
  ]
  app.use('/auth', session, routerOf('/auth', auth, access, countWrite(deps.limiters)))

  // Last, so that pages and compression cost the other routes nothing.
  app.use(indexRouter(deps, index, access))
  app.use(notFound)
  app.use(errorHandler(logger, createRefusalNotes(deps)))
  return app
}
