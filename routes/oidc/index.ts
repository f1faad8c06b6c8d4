import { parse, serialize } from 'cookie'
import { type Request, type RequestHandler, Router } from 'express'
import { clientAddress } from '../../src/client-address.ts'
import { lacksSecondFactor } from '../../src/factors/policy.ts'
import { refuseOddCookies } from '../../src/http/cookies.ts'
import type { Endpoint } from '../../src/http/endpoint.ts'
import { cookieNames } from '../../src/provider/cookies.ts'
import type { OpenidProvider } from '../../src/provider/open.ts'
import type { Deps } from '../../src/services.ts'
import { checkSession } from '../../src/sessions/check.ts'
import type { AuthenticationFacts } from '../../src/sessions/facts.ts'
import { jwksEndpoint } from '../well-known.ts'
import { isAuthorizationForm, redirectAuthorizationForm } from './authorization-form.ts'
import { devicePageEndpoint } from './device.ts'
import { endSessionEndpoint, endSessionFormEndpoint } from './end-session.ts'
import { limitRequests } from './request-budget.ts'

/** Scheme and host of a request line in absolute form (RFC 9112, section 3.2.2), which oidc-provider would put into its addresses. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** Beside those of oidc-provider, which documents itself at `/oidc/.well-known/openid-configuration`. */
export function oidcEndpoints(deps: Deps): Endpoint[] {
  return deps.openidProvider
    ? [jwksEndpoint(deps, '/oidc/jwks'), endSessionEndpoint(deps), endSessionFormEndpoint(), devicePageEndpoint()]
    : []
}

/** `/oidc`, and the metadata of the issuer where RFC 8414, section 3.1, puts them. */
export function openidProviderRouter(deps: Deps, openidProvider: OpenidProvider, endpoints: Router): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const handOver = createHandOver(deps, openidProvider)
  router.get('/.well-known/oauth-authorization-server/oidc', (req, res, next) => {
    req.url = '/.well-known/oauth-authorization-server'
    req.originalUrl = `/oidc${req.url}`
    return handOver(req, res, next)
  })
  router.use('/oidc', refuseOddCookies(deps.cookie), endpoints, limitRequests(deps), handOver)
  return router
}

/**
 * Hands a request to oidc-provider. Of the cookies, it sees its own of the request under way, and our session in place of one of its own;
 * of the address, the public one, whatever the client claims.
 */
function createHandOver(deps: Deps, openidProvider: OpenidProvider): RequestHandler {
  const { protocol, host } = new URL(deps.env.BASE_URL)
  const names = cookieNames(deps.env)
  return async (req, res, next) => {
    if (isAuthorizationForm(req)) return redirectAuthorizationForm(req, res, next)
    const sessionId = await sessionIdOf(deps, req)
    const cookies = { [names.resume]: parse(req.headers.cookie ?? '')[names.resume], [names.session]: sessionId }
    const pairs = Object.entries(cookies).filter(([, value]) => value !== undefined)
    req.headers.cookie = pairs.map(([name, value]) => serialize(name, value ?? '')).join('; ')
    const address = clientAddress(req)
    for (const header of Object.keys(req.headers)) if (header.startsWith('x-forwarded-')) delete req.headers[header]
    req.headers.host = host
    req.url = req.url.replace(ORIGIN, '')
    req.originalUrl = req.originalUrl.replace(ORIGIN, '')
    req.headers['x-forwarded-for'] = address
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    const handle = await openidProvider.handler()
    await handle(req, res)
  }
}

/** Sessions limited to a review or to adding a second factor sign in nowhere else. */
async function sessionIdOf({ env, store, cookie }: Deps, req: Request): Promise<string | undefined> {
  const session = await checkSession(store, cookie, req)
  if (!session) return undefined
  const { auth, review }: { auth?: AuthenticationFacts; review?: true } = JSON.parse(session.data)
  return review || lacksSecondFactor(env, session.principal, auth) ? undefined : session.publicId
}
