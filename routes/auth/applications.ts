import { z } from 'zod'
import { type Endpoint, endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { listLaunchable, nameOfApplication } from '../../src/provider/applications.ts'
import { ClientIdSchema } from '../../src/provider/client-schema.ts'
import { listGranted, withdrawConsent } from '../../src/provider/consents.ts'
import { DocumentIdSchema } from '../../src/provider/documented-client.ts'
import type { Deps } from '../../src/services.ts'
import { MessageSchema } from '../schemas.ts'
import { askingIn, signedIn } from './signed-in.ts'

const ApplicationParams = z.object({ clientId: ClientIdSchema })

const GrantedParams = z.object({
  clientId: z
    .union([ClientIdSchema, DocumentIdSchema])
    .meta({ description: 'The `client_id`; the address of its document where it has no other.', example: 'wiki' }),
})

const ApplicationSchema = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Application' })

export const AskingClientSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    host: z.string().nullable().meta({
      description: 'Where an application comes from that describes itself; null for one of the administrators.',
      example: null,
    }),
  })
  .meta({ id: 'AskingApplication' })

export const ResourceScopesSchema = z
  .strictObject({ resource: z.string(), name: z.string(), scopes: z.array(z.string()) })
  .meta({ id: 'ResourceScopes' })

const ApplicationsSchema = z
  .strictObject({
    launchable: z
      .array(z.strictObject({ id: z.string(), name: z.string(), launchUrl: z.string() }))
      .meta({ description: 'That my roles open.' }),
    granted: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          scopes: z.array(z.string()),
          resources: z.array(ResourceScopesSchema),
          grantedAt: z.iso.datetime(),
        }),
      )
      .meta({ description: 'That I allowed something.' }),
  })
  .meta({ id: 'MyApplications' })

export function applicationEndpoints(deps: Deps): Endpoint[] {
  return [listApplicationsEndpoint(), showApplicationEndpoint(), withdrawEndpoint(deps)]
}

function listApplicationsEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/applications',
    summary: 'List my applications',
    tags: ['Applications'],
    access: 'session',
    responses: { 200: { description: 'By name', schema: ApplicationsSchema } },
    handler: async ({ req }) => {
      const principal = signedIn(req)
      const granted = await listGranted(principal.id)
      return {
        launchable: await listLaunchable(principal),
        granted: granted.map(({ client, scopes, resources, grantedAt }) => ({
          ...client,
          scopes,
          resources,
          grantedAt: grantedAt.toISOString(),
        })),
      }
    },
  })
}

function showApplicationEndpoint() {
  return endpoint({
    method: 'get',
    path: '/auth/applications/:clientId',
    summary: 'Show the name of an application',
    description: 'For pages that may show no text from their address.',
    tags: ['Applications'],
    access: 'session',
    request: { params: ApplicationParams },
    responses: { 200: { description: 'The application', schema: ApplicationSchema }, ...refusals(404) },
    handler: ({ params: { clientId } }) => nameOfApplication(clientId),
  })
}

function withdrawEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/applications/:clientId',
    summary: 'Withdraw what I allowed an application',
    description:
      'Its tokens for me end at once, except signed access tokens for other APIs, which end with their short lifetime. The application asks me again at the next sign-in.',
    tags: ['Applications'],
    access: 'session',
    uncounted: true,
    request: { params: GrantedParams },
    responses: { 200: { description: 'Withdrawn', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ params: { clientId }, req }) => {
      await withdrawConsent(deps, askingIn(deps.store, req), clientId)
      return { message: 'Withdrawn' }
    },
  })
}
