import { promisify } from 'node:util'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { clear, presentedSid, type SessionCookie } from '../../src/sessions/cookie.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { MessageSchema } from '../schemas.ts'

const LoggedOutSchema = MessageSchema.extend({
  providerSignOut: z
    .strictObject({ label: z.string(), url: z.url() })
    .optional()
    .meta({ description: 'Where to sign out of the provider that the session began at.' }),
}).meta({ id: 'LoggedOut' })

export function logoutEndpoint({ env, store, cookie, logger, audit, providers }: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/logout',
    summary: 'Sign out',
    description:
      'Ends the session in the database, and clears the cookie and the data that the browser stored for this site (ASVS 14.3.1).',
    tags: ['Session'],
    access: 'any-session',
    uncounted: true,
    responses: { 200: { description: 'Signed out', schema: LoggedOutSchema } },
    first: [endRenewed(store, cookie)],
    handler: async ({ req, res }) => {
      const userId = req.user?.id
      const provider = providers.find(req.session.auth?.provider?.name ?? '')
      const sessionId = store.liveOf(req.session)?.publicId ?? null
      await promisify(req.session.destroy.bind(req.session))()
      await audit.record('session_ended', { userId: userId ?? null, sessionId, details: { reason: 'signed-out' } })
      logger.info('signed out', { userId })
      clear(cookie, res).setHeader('Clear-Site-Data', '"cache", "storage"')
      const url = await provider?.signOutUrl(`${env.BASE_URL}/sign-in`)
      const providerSignOut = provider && url && { label: provider.settings.label, url }
      return { message: 'Logged out successfully', ...(providerSignOut && { providerSignOut }) }
    },
  })
}

/**
 * A tab may still have the id from before a renewal: the session that goes on ends with it. The browser loses its cookie in any case, so
 * that the 401 which follows is true.
 */
function endRenewed(store: SessionStore, cookie: SessionCookie): RequestHandler {
  return async (req, res, next) => {
    const presented = store.liveOf(req.session) ? undefined : presentedSid(cookie, req)
    if (presented) {
      await store.endBySid(presented.sid, 'signed-out')
      clear(cookie, res)
    }
    next()
  }
}
