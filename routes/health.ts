import { z } from 'zod'
import { endpoint } from '../src/http/endpoint.ts'
import { problems } from '../src/http/responses.ts'
import { HttpProblem } from '../src/problem.ts'
import type { Unready } from '../src/readiness.ts'
import type { Deps } from '../src/services.ts'

const StatusSchema = z.strictObject({ status: z.literal('ok') })
const ReadySchema = z.strictObject({
  status: z.literal('ok'),
  channel: z.enum(['alive', 'lost']).meta({
    description:
      'Whether changes of other nodes arrive; while they do not, sessions and tokens are read from the database',
  }),
})

export function healthEndpoint() {
  return endpoint({
    method: 'get',
    path: '/healthz',
    summary: 'The process answers',
    tags: ['Operation'],
    access: 'public',
    responses: { 200: { description: 'Alive', schema: StatusSchema }, ...problems(400) },
    handler: () => ({ status: 'ok' }),
  })
}

export function readinessEndpoint({ readiness, channel }: Pick<Deps, 'readiness' | 'channel'>) {
  return endpoint({
    method: 'get',
    path: '/readyz',
    summary: 'The node can do its work',
    description:
      'The database answers, is migrated and takes writes, its file is whole and in its place, and the node is not stopping. At most a second old; the answer never takes longer than two.',
    tags: ['Operation'],
    access: 'public',
    responses: {
      200: { description: 'Ready for requests', schema: ReadySchema },
      ...problems(400),
      503: { ...problems(503)[503], description: 'Not ready; `detail` says why. Ask again after Retry-After' },
    },
    handler: async () => {
      const unready = await readiness.check()
      if (unready) throw notReady(unready)
      return { status: 'ok', channel: channel.isAlive() ? 'alive' : 'lost' }
    },
  })
}

function notReady(reason: Unready) {
  return new HttpProblem(503, 'service_unavailable', DETAILS[reason], { headers: { 'Retry-After': '5' } })
}

const DETAILS: Record<Unready, string> = {
  stopping: 'This node is stopping.',
  unreachable: 'The database does not answer.',
  unmigrated: 'The database waits for migrations. Operator: npm run latchkey -- migrate up.',
  'not-writable': 'The database takes no writes: it is read-only, a standby, or its disk is full.',
  corrupt: 'The database file is damaged. Operator: stop the server and restore a backup.',
  'file-deleted': 'The database file was deleted. Operator: stop the server and restore a backup.',
  'file-replaced':
    'Another file stands in place of the database file. Operator: stop the server, see docs/operations.md.',
}
