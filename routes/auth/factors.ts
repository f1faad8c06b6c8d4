import { z } from 'zod'
import { hasPassword, listFactors } from '../../src/factors/factors.ts'
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

export const FactorsSchema = z
  .strictObject({
    totp: z.strictObject({ confirmedAt: z.iso.datetime() }).nullable(),
    passkeys: z.array(PasskeySchema),
    recoveryCodesLeft: z.int(),
    password: z.boolean().meta({ description: 'Whether I have a password; POST /auth/set-password sets the first.' }),
  })
  .meta({ id: 'Factors' })

export function factorsEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/factors',
    summary: 'List my second factors, and whether I have a password',
    tags: ['Second factor'],
    access: 'enrolment',
    responses: { 200: { description: 'What I have', schema: FactorsSchema } },
    handler: async ({ req }) => {
      const { id } = signedIn(req)
      return { ...(await listFactors(id)), password: await hasPassword(id) }
    },
  })
}
