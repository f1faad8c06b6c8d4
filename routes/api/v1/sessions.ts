import { z } from 'zod'
import { endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { EndedSchema } from '../../schemas.ts'
import { acting } from './acting.ts'

const EndAllBody = z
  .strictObject({
    confirm: z.literal(true).meta({ description: 'Confirms that everyone is signed out, including you.' }),
  })
  .meta({ id: 'EndAllSessions', example: { confirm: true } })

export function endAllSessions({ store, audit }: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/sessions/end-all',
    summary: 'End all sessions of all users',
    description:
      'For emergencies. Your own session ends too, and access tokens end with their sessions. Personal tokens stay: revoke them, or disable their owners.',
    tags: ['Users'],
    access: 'fresh sessions:write',
    request: { body: EndAllBody },
    responses: { 200: { description: 'Ended', schema: EndedSchema } },
    handler: async ({ req }) => {
      const sessionsEnded = await store.endAll('admin')
      const details = { everyone: true, reason: 'admin', ended: sessionsEnded }
      await audit.record('session_ended', { actorId: acting(req).id, details })
      return { message: 'All sessions ended', sessionsEnded }
    },
  })
}
