import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { exportData } from '../../src/accounts/export-data.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { signedIn } from './signed-in.ts'

const ExportSchema = z
  .strictObject({
    exportedAt: z.iso.datetime(),
    account: z.record(z.string(), z.unknown()),
    sessions: z.array(z.record(z.string(), z.unknown())),
    devices: z.array(z.record(z.string(), z.unknown())),
    secondFactors: z.record(z.string(), z.unknown()),
    identities: z.array(z.record(z.string(), z.unknown())),
    applications: z.array(z.record(z.string(), z.unknown())),
    tokens: z.array(z.record(z.string(), z.unknown())),
    activity: z.array(z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'Export' })

export function exportEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/export',
    summary: 'Export my data',
    description: 'Needs a recent proof. JSON, streamed, without passwords and other secrets.',
    tags: ['Account'],
    access: 'fresh session',
    responses: { 200: { description: 'My data', schema: ExportSchema } },
    handler: async ({ req, res }) => {
      const { id } = signedIn(req)
      await deps.audit.record('user_data_exported', { userId: id })
      res.attachment('account.json').type('json')
      await pipeline(Readable.from(exportData(deps, id)), res)
    },
  })
}
