import { z } from 'zod'
import { claimCode } from '../../src/forward-auth/codes.ts'
import type { ForwardAuth } from '../../src/forward-auth/forward-auth.ts'
import { hostOf, readApplicationMark, setApplicationCookie } from '../../src/http/application-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { applicationAt } from '../../src/http/proxy.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { redirect } from '../auth/provider-pages.ts'

export function callbackEndpoint({ store }: Deps, forwardAuth: ForwardAuth) {
  return endpoint({
    method: 'get',
    path: '/.latchkey/callback',
    summary: 'Finish the sign-in to an application behind a proxy',
    description: 'On the host of the application. Takes the one-time code for a cookie of this host only.',
    tags: ['Applications'],
    access: 'public',
    request: { query: z.strictObject({ code: z.string().max(100) }) },
    responses: { 303: { description: 'To where the browser wanted to go' }, ...refusals(400, 403, 503) },
    handler: async ({ query, req, res }) => {
      const application = applicationAt(req, forwardAuth.applications)
      const on = hostOf(application)
      // A code that any browser showed is used up, also one without the cookie.
      const browser = readApplicationMark(req, on) ?? ''
      const { origin } = application
      const claimed = await claimCode(query.code, { origin, browser })
      const live = claimed && (await store.findByPublicId(claimed.sessionId))
      if (!claimed || !live?.principal) throw problems.applicationSignInFailed()
      setApplicationCookie(res, on, forwardAuth.issueCookie(application, live), new Date(live.absoluteExpires))
      redirect(res, origin + claimed.returnTo)
    },
  })
}
