import { z } from 'zod'
import { openidIssuer } from '../../configs/env.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { type Logout, LogoutRefused, readLogout } from '../../src/provider/end-session.ts'
import type { Deps } from '../../src/services.ts'
import { checkSession } from '../../src/sessions/check.ts'
import { clear } from '../../src/sessions/cookie.ts'
import { redirect } from '../auth/provider-pages.ts'

const text = z.string().max(8192).optional()

const LogoutQuery = z.object({
  id_token_hint: text,
  client_id: text,
  post_logout_redirect_uri: text,
  state: text,
  logout_hint: text,
  ui_locales: text,
})

const LogoutForm = LogoutQuery.meta({ id: 'LogoutForm', example: { client_id: 'wiki', state: 'kX2c' } })

/**
 * An ID token of the signed-in user ends the session at once. Without one anybody could have sent the browser here, so the page asks.
 */
export function endSessionEndpoint(deps: Deps) {
  const { env, store, cookie, audit, keyRing, logger } = deps
  return endpoint({
    method: 'get',
    path: '/oidc/session/end',
    summary: 'Sign out at the request of an application',
    description: 'OpenID Connect RP-Initiated Logout 1.0. Without a valid `id_token_hint` a page asks the user first.',
    tags: ['Applications'],
    access: 'public',
    request: { query: LogoutQuery },
    responses: { 303: { description: 'Back to the application, or to a page' }, ...refusals(503) },
    handler: async ({ query, req, res }) => {
      const logout = await readLogout({ keyRing, issuer: openidIssuer(env) }, query).catch(refused)
      if (!logout) return redirect(res, '/application-problem?problem=invalid_sign_out')
      const session = await checkSession(store, cookie, req)
      if (!session) return redirect(res, destinationOf(logout))
      if (session.principal.id !== logout.userId) return redirect(res, `/sign-out?${new URLSearchParams(given(query))}`)
      await store.end(session.publicId, 'signed-out')
      const userId = session.principal.id
      await audit.record('session_ended', { userId, sessionId: session.publicId, details: { reason: 'signed-out' } })
      clear(cookie, res)
      redirect(res, destinationOf(logout))
    },
  })

  function refused(error: unknown): undefined {
    if (!(error instanceof LogoutRefused)) throw error
    logger.warn('an application sent a sign-out that is refused', { reason: error.message })
  }
}

/** The form may come from another site, without this site's cookies; the redirect brings them along. */
export function endSessionFormEndpoint() {
  return endpoint({
    method: 'post',
    path: '/oidc/session/end',
    summary: 'Sign out at the request of an application, by a form',
    tags: ['Applications'],
    access: 'public',
    request: { body: LogoutForm, bodyType: 'form' },
    responses: { 303: { description: 'To the same address, as GET' } },
    handler: ({ body, res }) => redirect(res, `/oidc/session/end?${new URLSearchParams(given(body))}`),
  })
}

function given(request: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function destinationOf({ returnTo }: Logout): string {
  return returnTo ?? '/sign-in'
}
