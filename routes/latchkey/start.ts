import { z } from 'zod'
import type { ForwardAuth } from '../../src/forward-auth/forward-auth.ts'
import { hostOf, setApplicationMark } from '../../src/http/application-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { applicationAt } from '../../src/http/proxy.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { redirect } from '../auth/provider-pages.ts'
import { ReturnPath } from './return-path.ts'

/** What is longer leads back to the first page. */
const LONGEST_RETURN = 1500

export function startEndpoint({ env }: Deps, { applications }: ForwardAuth) {
  return endpoint({
    method: 'get',
    path: '/.latchkey/start',
    summary: 'Sign in to an application behind a proxy',
    description: 'On the host of the application. Gives the browser a cookie there and sends it to the sign-in.',
    tags: ['Applications'],
    access: 'public',
    request: { query: z.strictObject({ to: ReturnPath.default('/') }) },
    responses: { 303: { description: 'To the sign-in' }, ...refusals(400, 403) },
    handler: ({ query, req, res }) => {
      const application = applicationAt(req, applications)
      const browser = setApplicationMark(req, res, hostOf(application))
      const to = query.to.length > LONGEST_RETURN ? '/' : query.to
      const { origin } = application
      redirect(res, `${env.BASE_URL}/auth/forward/sign-in?${new URLSearchParams({ origin, browser, to })}`)
    },
  })
}
