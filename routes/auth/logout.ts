import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireSession } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { clear } from '../../src/sessions/cookie.ts'
import { MessageSchema } from '../schemas.ts'

export const logoutEndpoint = ({ store, cookie, logger, audit }: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/logout',
    summary: 'Sign out',
    description:
      'Ends the session in the database and clears the cookie and what the browser kept of this site (ASVS 14.3.1).',
    tags: ['Session'],
    security: 'cookie',
    responses: { 200: { description: 'Signed out', schema: MessageSchema }, ...problems(401, 403, 415, 503) },
    guards: [requireSession(store, cookie)],
    handler: async ({ req, res }) => {
      const userId = req.user?.id
      const sessionId = store.liveOf(req.session)?.publicId ?? null
      await new Promise<void>((resolve, reject) => req.session.destroy(error => (error ? reject(error) : resolve())))
      await audit.record('session_ended', { userId: userId ?? null, sessionId, details: { reason: 'signed-out' } })
      logger.info('signed out', { userId })
      clear(cookie, res).setHeader('Clear-Site-Data', '"cache", "storage"')
      return { message: 'Logged out successfully' }
    },
  })
