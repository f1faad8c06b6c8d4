import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { exportUsers } from '../../../src/administration/user-export.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { acting } from './acting.ts'
import { userFilters } from './users.ts'

export function exportUsersEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/exports/users',
    summary: 'Export users',
    description: 'CSV with the filters of the list, streamed. Recorded as `user_data_exported`.',
    tags: ['Users'],
    access: 'fresh users:read',
    request: { query: z.strictObject(userFilters) },
    responses: { 200: { description: 'One user per line', schema: z.string(), contentType: 'text/csv' } },
    handler: async ({ query, req, res }) => {
      await deps.audit.record('user_data_exported', { actorId: acting(req).id, details: { list: 'users' } })
      res.attachment('users.csv').type('text/csv')
      await pipeline(Readable.from(exportUsers(deps.sequelize, query)), res)
    },
  })
}
