import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../src/http/pagination.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { clear } from '../../src/sessions/cookie.ts'
import { describeListed, ListedSessionSchema, listSessions } from '../../src/sessions/list.ts'
import { MessageSchema } from '../schemas.ts'
import { signedIn } from './signed-in.ts'

const SessionParams = z.object({ id: z.uuid().toLowerCase().meta({ description: 'Public id, as listed.' }) })

export function listOwnSessions({ store }: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/sessions',
    summary: 'List my sessions',
    description: 'Latest expiry first; `current` marks the session of this request.',
    tags: ['Session'],
    access: 'session',
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: { description: 'My live sessions', schema: pageOf(ListedSessionSchema) },
    },
    handler: async ({ query, req }) =>
      answerOf(await listSessions(store, signedIn(req).id, query), each => describeListed(each, req.sessionID)),
  })
}

export function endSession({ store, cookie, logger, audit }: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/sessions/:id',
    summary: 'End one of my sessions',
    description:
      "Needs a recent proof. The session is refused from its next request on, with the reason `signed-out-elsewhere`. Another user's session is 404.",
    tags: ['Session'],
    access: 'fresh session',
    uncounted: true,
    request: { params: SessionParams },
    responses: { 200: { description: 'Ended', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ params: { id }, req, res }) => {
      const user = signedIn(req)
      const isCurrent = store.liveOf(req.session)?.publicId === id
      const reason = isCurrent ? 'signed-out' : 'signed-out-elsewhere'
      if (!(await store.endOwn(user.id, id, reason))) throw problems.notFound('session', 'GET /auth/sessions')
      await audit.record('session_ended', { userId: user.id, sessionId: id, details: { reason } })
      logger.info('session ended by its owner', { userId: user.id, session: id })
      if (isCurrent) clear(cookie, res)
      return { message: 'Session ended' }
    },
  })
}

export function endOtherSessions({ store, logger, audit }: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/sessions',
    summary: 'End all my other sessions',
    description: 'Needs a recent proof.',
    tags: ['Session'],
    access: 'fresh session',
    uncounted: true,
    responses: {
      200: { description: 'How many ended', schema: z.strictObject({ message: z.string(), ended: z.int() }) },
    },
    handler: async ({ req }) => {
      const user = signedIn(req)
      const ended = await store.endByUser(user.id, 'signed-out-elsewhere', req.sessionID)
      const sessionId = store.liveOf(req.session)?.publicId ?? null
      const details = { reason: 'signed-out-elsewhere', ended }
      if (ended > 0) await audit.record('session_ended', { userId: user.id, sessionId, details })
      logger.info('other sessions ended by their owner', { userId: user.id, ended })
      return { message: 'Other sessions ended', ended }
    },
  })
}
