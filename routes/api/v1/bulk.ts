import { z } from 'zod'
import { actOnEach } from '../../../src/administration/bulk.ts'
import { disableAccount, endSessionsOf } from '../../../src/administration/users.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { acting } from './acting.ts'

const MOST = 100

const UsersBody = z
  .strictObject({ ids: z.array(z.uuid().toLowerCase()).min(1).max(MOST) })
  .meta({ id: 'SelectedUsers', example: { ids: ['3f8b1c52-6f0e-4d57-9d0a-5b1c2f7a9e10'] } })

const ResultsSchema = z
  .strictObject({
    results: z.array(
      z.strictObject({
        id: z.uuid(),
        done: z.boolean(),
        sessionsEnded: z.int(),
        code: z.string().nullable().meta({ description: 'Why it was refused: the `code` that one request would get.' }),
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkResults' })

const DESCRIPTION = `For up to ${MOST} users, each under the rules of the single request: one may be refused while the others succeed. Your own account comes last.`

export function disableUsersEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/bulk/disable-users',
    summary: 'Disable several users',
    description: DESCRIPTION,
    tags: ['Users'],
    access: 'fresh users:write',
    request: { body: UsersBody },
    responses: { 200: { description: 'What happened, by user', schema: ResultsSchema } },
    handler: async ({ body: { ids }, req }) => {
      const actor = acting(req)
      return { results: await actOnEach(deps, actor, ids, id => disableAccount(deps, actor, id)) }
    },
  })
}

export function endSessionsOfUsersEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/bulk/end-sessions',
    summary: 'End all sessions of several users',
    description: DESCRIPTION,
    tags: ['Users'],
    access: 'fresh sessions:write',
    request: { body: UsersBody },
    responses: { 200: { description: 'What happened, by user', schema: ResultsSchema } },
    handler: async ({ body: { ids }, req }) => {
      const actor = acting(req)
      return { results: await actOnEach(deps, actor, ids, id => endSessionsOf(deps, actor, id)) }
    },
  })
}
