import { z } from 'zod'
import { issueCode } from '../../../src/forward-auth/codes.ts'
import type { ForwardAuth } from '../../../src/forward-auth/forward-auth.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import { problems } from '../../../src/problems.ts'
import type { Deps } from '../../../src/services.ts'
import { throttleWrite } from '../../../src/sign-in/throttle.ts'
import { ReturnPath } from '../../latchkey/return-path.ts'
import { redirect } from '../provider-pages.ts'

/** The longest `returnTo` that sign-in pages and providers take. */
const LONGEST_RETURN = 2000

const SignInQuery = z.strictObject({
  origin: z.string().max(300).meta({ description: 'Address of the application.' }),
  browser: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Start at the application.')
    .meta({ description: 'SHA-256 of the cookie that the browser has there.' }),
  to: ReturnPath,
})

/** Sends a signed-in browser to the application with a one-time code, and others to the sign-in page first. */
export function forwardSignInEndpoint({ store, limiters }: Deps, { applications }: ForwardAuth) {
  return endpoint({
    method: 'get',
    path: '/auth/forward/sign-in',
    summary: 'Go on to an application behind a proxy',
    description:
      'The application sends the browser here, and gets it back with a code that is valid once, for 30 seconds.',
    tags: ['Applications'],
    access: 'public',
    request: { query: SignInQuery },
    responses: {
      303: { description: 'To the application, or to the sign-in page' },
      ...refusals(401, 403, 429, 503),
    },
    handler: async ({ query, req, res }) => {
      const application = applications.get(query.origin)
      if (!application) throw problems.unknownApplication()
      const live = store.liveOf(req.session)
      if (!req.user || !live) return redirect(res, `/sign-in?${new URLSearchParams({ returnTo: here(query) })}`)
      if (req.session.review) return redirect(res, '/review')
      if (req.enrolmentOnly) return redirect(res, '/account/security')
      await throttleWrite(limiters, req.user)
      const { origin, browser, to: returnTo } = query
      const code = await issueCode({ origin, browser, sessionId: live.publicId, returnTo })
      redirect(res, `${origin}/.latchkey/callback?${new URLSearchParams({ code })}`)
    },
  })
}

function here(query: z.infer<typeof SignInQuery>): string {
  const path = `/auth/forward/sign-in?${new URLSearchParams(query)}`
  if (path.length <= LONGEST_RETURN) return path
  return `/auth/forward/sign-in?${new URLSearchParams({ ...query, to: '/' })}`
}
