import { z } from 'zod'
import { endpoint } from '../src/http/endpoint.ts'
import { refusals } from '../src/http/responses.ts'
import { problems } from '../src/problems.ts'
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
    summary: 'Check that the process answers',
    tags: ['Operation'],
    access: 'public',
    responses: { 200: { description: 'Alive', schema: StatusSchema }, ...refusals(400) },
    handler: () => ({ status: 'ok' }),
  })
}

export function readinessEndpoint({ readiness, channel }: Pick<Deps, 'readiness' | 'channel'>) {
  return endpoint({
    method: 'get',
    path: '/readyz',
    summary: 'Check that the node can serve requests',
    description:
      'The database answers, is migrated and takes writes, its file is whole and in its place, and the node is not stopping. At most a second old; the answer never takes longer than two.',
    tags: ['Operation'],
    access: 'public',
    responses: {
      200: { description: 'Ready for requests', schema: ReadySchema },
      ...refusals(400),
      503: { ...refusals(503)[503], description: 'Not ready; `detail` says why. Try again after Retry-After' },
    },
    handler: async () => {
      const unready = await readiness.check()
      if (unready) throw problems.notReady(unready)
      return { status: 'ok', channel: channel.isAlive() ? 'alive' : 'lost' }
    },
  })
}
