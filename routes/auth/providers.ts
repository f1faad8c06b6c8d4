import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'

const ProvidersSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: z.string().meta({ description: 'As in the path of GET /auth/oidc/{provider}.' }),
        label: z.string(),
        available: z.boolean().meta({ description: 'False while its configuration is wrong.' }),
      }),
    ),
  })
  .meta({ id: 'Providers' })

export function providersEndpoint({ providers }: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/providers',
    summary: 'List the providers to sign in with',
    tags: ['Sign in with'],
    access: 'public',
    responses: {
      200: { description: 'The providers, in alphabetical order', schema: ProvidersSchema },
      ...refusals(400),
    },
    handler: () => ({
      items: providers.list().map(({ name, label, fault }) => ({ name, label, available: fault === undefined })),
    }),
  })
}
