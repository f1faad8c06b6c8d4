import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ForwardAuth } from '../../src/forward-auth/forward-auth.ts'
import { IDENTITY_HEADERS, type IdentityHeaders } from '../../src/forward-auth/identity.ts'
import { type OriginalRequest, originalRequest } from '../../src/forward-auth/original-request.ts'
import { applicationCookieOf, hostOf } from '../../src/http/application-cookies.ts'
import { bearerTokenOf } from '../../src/http/authorization.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { demandTrustedProxy, isCrossSite, isNavigation } from '../../src/http/proxy.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { isPassive } from '../../src/sessions/lifetimes.ts'

const ForwardQuery = z.strictObject({
  answer: z
    .literal('redirect')
    .optional()
    .meta({ description: 'Answers 302 instead of 401, for proxies that pass it on to the browser.' }),
})

/** `GET /auth/forward`, ahead of express-session like the session check (docs/decisions/0012). */
export function forwardEndpoint({ env }: Pick<Deps, 'env'>, forwardAuth: ForwardAuth) {
  const { host: loginHost } = new URL(env.BASE_URL)
  return endpoint({
    method: 'get',
    path: '/auth/forward',
    summary: 'Decide whether a proxy lets a request through',
    description:
      'For the sub-request of a proxy in TRUST_PROXY, which sends `X-Forwarded-Method`, `-Proto`, `-Host` and `-Uri`, or `X-Original-Method` and `X-Original-URL`. A 200 has `Remote-User`, `Remote-Email`, `Remote-Name`, `Remote-Groups` and `Latchkey-Assertion`, a JWT for that host; a 401 has `Location` if a browser can sign in there.',
    tags: ['Applications'],
    access: 'public',
    request: { query: ForwardQuery },
    responses: {
      200: { description: 'Let it through, with these headers' },
      302: { description: 'To the sign-in, with `answer=redirect`' },
      ...refusals(400, 401, 403, 503),
    },
    handler: async ({ query, req, res }) => {
      demandTrustedProxy(req)
      // A proxy in front of this server would pass on headers that a visitor made up.
      if (req.headers.host === loginHost) throw problems.askedAtLoginHost()
      const request = originalRequest(req)
      const verdict = await forwardAuth.check(request, {
        cookie: applicationCookieOf(req, hostOf(request)),
        token: () => tokenOf(req),
        isCrossSite: () => isCrossSite(req, request),
        isPassive: isPassive(req),
      })
      if (verdict !== 'sign-in') return letThrough(res, verdict)
      const location = isNavigation(req, request) ? signInOf(request) : undefined
      if (location === undefined || query.answer !== 'redirect') throw problems.applicationSignIn(location)
      res.status(302).set('Location', location).end()
    },
  })
}

function letThrough(res: Response, identity: IdentityHeaders) {
  for (const name of IDENTITY_HEADERS) res.setHeader(name, identity[name])
  res.end()
}

/** A program may use another scheme than Bearer towards the application. */
function tokenOf(req: Request): string | undefined {
  return /^Bearer( |$)/i.test(req.headers.authorization ?? '') ? bearerTokenOf(req) : undefined
}

function signInOf({ origin, uri }: OriginalRequest): string {
  return `${origin}/.latchkey/start?${new URLSearchParams({ to: uri })}`
}
