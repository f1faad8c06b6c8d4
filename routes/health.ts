import { z } from 'zod'
import type { Deps } from '../src/deps.ts'
import { endpoint } from '../src/http/endpoint.ts'
import { HttpProblem } from '../src/http/problem.ts'
import { problems } from '../src/http/responses.ts'

const StatusSchema = z.strictObject({ status: z.literal('ok') })

export const healthEndpoint = () =>
  endpoint({
    method: 'get',
    path: '/healthz',
    summary: 'The process answers',
    tags: ['Operation'],
    responses: { 200: { description: 'Alive', schema: StatusSchema }, ...problems(400) },
    handler: () => ({ status: 'ok' }),
  })

export const readinessEndpoint = ({ database, migrator }: Deps) =>
  endpoint({
    method: 'get',
    path: '/readyz',
    summary: 'The database answers and is migrated',
    tags: ['Operation'],
    responses: { 200: { description: 'Ready for requests', schema: StatusSchema }, ...problems(400, 503) },
    handler: async () => {
      await database.sequelize.authenticate()
      if ((await migrator.pending()).length > 0) throw notMigrated()
      return { status: 'ok' }
    },
  })

const notMigrated = () =>
  new HttpProblem(
    503,
    'service_unavailable',
    'The database waits for migrations. Operator: npm run latchkey -- migrate up.',
    { headers: { 'Retry-After': '5' } },
  )
