import { z } from 'zod'
import { openidIssuer } from '../../configs/env.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { OpenidProvider } from '../../src/provider/open.ts'
import type { Deps } from '../../src/services.ts'

/** Where the metadata of our own API are, from its identifier (RFC 9728, section 3.1). */
export function resourceMetadataUrl({ env }: Pick<Deps, 'env'>): string {
  return `${env.BASE_URL}${METADATA_PATH}`
}

const METADATA_PATH = '/.well-known/oauth-protected-resource/api'

const ResourceMetadataSchema = z
  .strictObject({
    resource: z.string(),
    authorization_servers: z.array(z.url()),
    scopes_supported: z.array(z.string()),
    bearer_methods_supported: z.array(z.string()),
    resource_name: z.string(),
  })
  .meta({ id: 'ProtectedResourceMetadata' })

export function resourceMetadataEndpoint({ env }: Pick<Deps, 'env'>, { permissions }: OpenidProvider) {
  return endpoint({
    method: 'get',
    path: METADATA_PATH,
    summary: 'Describe /api as a protected resource',
    description: 'OAuth 2.0 Protected Resource Metadata (RFC 9728), for programs that get their tokens by themselves.',
    tags: ['Applications'],
    access: 'public',
    responses: { 200: { description: 'The metadata', schema: ResourceMetadataSchema }, ...refusals(400) },
    handler: () => ({
      resource: env.TOKEN_AUDIENCE,
      authorization_servers: [openidIssuer(env)],
      scopes_supported: [...permissions],
      bearer_methods_supported: ['header'],
      resource_name: env.SITE_NAME,
    }),
  })
}
