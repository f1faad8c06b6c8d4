import { z } from 'zod'
import { ActivitySchema, activityOf } from '../../src/audit/activity.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { signedIn } from './signed-in.ts'

const ActivityQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50).meta({ description: 'How many events to return.' }),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: '`next` of the previous page: returns older events.' }),
})

export function activityEndpoint({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/activity',
    summary: 'List the activity of my account',
    description:
      'Security events of my account, newest first, for as long as AUDIT_RETENTION keeps them (docs/audit.md).',
    tags: ['Account'],
    access: 'session',
    request: { query: ActivityQuery },
    responses: { 200: { description: 'A page of events', schema: ActivitySchema } },
    handler: ({ query: { limit, before }, req }) => activityOf(sequelize, signedIn(req).id, limit, before),
  })
}
