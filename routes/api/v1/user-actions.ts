import { z } from 'zod'
import { userById } from '../../../src/administration/user-list.ts'
import {
  accountFor,
  disableAccount,
  enableAccount,
  endSessionsOf,
  startReset,
} from '../../../src/administration/users.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../../src/http/pagination.ts'
import { refusals } from '../../../src/http/responses.ts'
import { problems } from '../../../src/problems.ts'
import type { Deps } from '../../../src/services.ts'
import { describeListed, ListedSessionSchema, listSessions } from '../../../src/sessions/list.ts'
import { EndedSchema, MessageSchema } from '../../schemas.ts'
import { acting } from './acting.ts'
import { UserParams } from './users.ts'

const REFUSALS = refusals(400, 401, 403, 404, 409, 415, 422, 503)

export function disableUserEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/users/:id/disable',
    summary: 'Disable a user',
    description:
      'All sessions and tokens of the user are refused from the next request on. The last administrator cannot be disabled.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 200: { description: 'Disabled', schema: EndedSchema }, ...REFUSALS },
    handler: async ({ params: { id }, req }) => {
      const sessionsEnded = await disableAccount(deps, acting(req), id)
      return { message: 'Account disabled', sessionsEnded }
    },
  })
}

export function enableUserEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/users/:id/enable',
    summary: 'Enable a user',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 200: { description: 'Enabled', schema: MessageSchema }, ...REFUSALS },
    handler: async ({ params: { id }, req }) => {
      await enableAccount(deps, acting(req), id)
      return { message: 'Account enabled' }
    },
  })
}

export function startResetEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/users/:id/reset',
    summary: 'Send a user a reset link',
    description: 'The email goes to the user; the answer contains neither link nor password (ASVS 6.4.6).',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 202: { description: 'Sent', schema: MessageSchema }, ...REFUSALS },
    handler: async ({ params: { id }, req }) => {
      await startReset(deps, acting(req), id)
      return { message: 'An email with a reset link is on its way to the owner.' }
    },
  })
}

export function listUserSessions({ store }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/users/:id/sessions',
    summary: 'List the live sessions of a user',
    tags: ['Users'],
    access: 'sessions:read',
    request: { params: UserParams, query: z.strictObject(pageQuery) },
    responses: {
      200: { description: 'Latest expiry first', schema: pageOf(ListedSessionSchema) },
      ...refusals(404),
    },
    handler: async ({ params: { id }, query }) => {
      await userById(id)
      return answerOf(await listSessions(store, id, query), each => describeListed(each, ''))
    },
  })
}

export function endUserSessions(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/sessions',
    summary: 'End all sessions of a user',
    tags: ['Users'],
    access: 'fresh sessions:write',
    request: { params: UserParams },
    responses: { 200: { description: 'Ended', schema: EndedSchema }, ...REFUSALS },
    handler: async ({ params: { id }, req }) => {
      const sessionsEnded = await endSessionsOf(deps, acting(req), id)
      return { message: 'Sessions ended', sessionsEnded }
    },
  })
}

export function endUserSession(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/sessions/:sessionId',
    summary: 'End one session of a user',
    tags: ['Users'],
    access: 'fresh sessions:write',
    request: { params: UserParams.extend({ sessionId: z.uuid().toLowerCase() }) },
    responses: { 204: { description: 'Ended' }, ...REFUSALS },
    handler: async ({ params: { id, sessionId }, req }) => {
      const actor = acting(req)
      await accountFor(actor, id)
      if (!(await deps.store.endOwn(id, sessionId, 'admin')))
        throw problems.notFound('session', `GET /api/v1/users/${id}/sessions`)
      await deps.audit.record('session_ended', {
        userId: id,
        actorId: actor.id,
        sessionId,
        details: { reason: 'admin' },
      })
    },
  })
}
