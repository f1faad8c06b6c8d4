import { z } from 'zod'
import { listFactors } from '../../src/factors/factors.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { signedIn } from './signed-in.ts'

export const PasskeySchema = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    backedUp: z.boolean().meta({ description: 'Whether it is synchronised to other devices.' }),
  })
  .meta({ id: 'Passkey' })

const FactorsSchema = z
  .strictObject({
    totp: z.strictObject({ confirmedAt: z.iso.datetime() }).nullable(),
    passkeys: z.array(PasskeySchema),
    recoveryCodesLeft: z.int(),
  })
  .meta({ id: 'Factors' })

export function factorsEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/factors',
    summary: 'List my second factors',
    tags: ['Second factor'],
    access: 'enrolment',
    responses: { 200: { description: 'What I have', schema: FactorsSchema } },
    handler: ({ req }) => listFactors(signedIn(req).id),
  })
}
