import { z } from 'zod'
import type { ProviderSettings } from '../../configs/env/providers.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'

const ProvidersSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        label: z.string(),
        signInPath: z
          .string()
          .meta({ description: 'Where a click on the button leads.', example: '/auth/oidc/google' }),
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
    handler: () => ({ items: providers.list().map(describeProvider) }),
  })
}

/** What everybody may know of a provider. */
export function describeProvider({ name, label, protocol, fault }: ProviderSettings) {
  const signInPath = protocol === 'cas' ? '/auth/cas' : `/auth/oidc/${name}`
  return { name, label, signInPath, available: fault === undefined }
}
