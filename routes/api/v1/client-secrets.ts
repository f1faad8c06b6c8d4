import { z } from 'zod'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import { addSecret, removeSecret, SECRETS_AT_MOST, secretsOf } from '../../../src/provider/client-secrets.ts'
import { clientById } from '../../../src/provider/clients.ts'
import type { Deps } from '../../../src/services.ts'
import { ClientSecretSchema } from '../../schemas.ts'
import { acting } from './acting.ts'
import { ClientParams } from './clients.ts'

const SecretWish = z
  .strictObject({ expiresInDays: z.int().min(1).max(3650) })
  .meta({ id: 'ClientSecretWish', example: { expiresInDays: 365 } })

const NewSecretSchema = ClientSecretSchema.extend({
  secret: z.string().meta({ description: 'Shown only once.' }),
}).meta({ id: 'NewClientSecret' })

export function listClientSecrets() {
  return endpoint({
    method: 'get',
    path: '/api/v1/clients/:id/secrets',
    summary: 'List the secrets of a client',
    description: 'Newest first, without the secrets themselves.',
    tags: ['Clients'],
    access: 'clients:read',
    request: { params: ClientParams },
    responses: {
      200: { description: 'Secrets', schema: z.strictObject({ items: z.array(ClientSecretSchema) }) },
      ...refusals(404),
    },
    handler: async ({ params: { id } }) => {
      await clientById(id)
      return { items: (await secretsOf(id)).map(row => row.toPublic()) }
    },
  })
}

export function addClientSecret(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/clients/:id/secrets',
    summary: 'Add a secret to a client',
    description: `At most ${SECRETS_AT_MOST} at a time. The secret is shown in this answer and never again.`,
    tags: ['Clients'],
    access: 'fresh clients:write',
    request: { params: ClientParams, body: SecretWish },
    responses: { 201: { description: 'The secret', schema: NewSecretSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id }, body, req }) => {
      const { row, secret } = await addSecret(deps, { actorId: acting(req).id }, id, body)
      return { ...row.toPublic(), secret }
    },
  })
}

export function removeClientSecret(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/clients/:id/secrets/:secretId',
    summary: 'Remove a secret of a client',
    description: 'The secret is refused from the next request on.',
    tags: ['Clients'],
    access: 'fresh clients:write',
    request: { params: ClientParams.extend({ secretId: z.uuid().toLowerCase() }) },
    responses: { 204: { description: 'Removed' }, ...refusals(404) },
    handler: async ({ params: { id, secretId }, req }) => removeSecret(deps, { actorId: acting(req).id }, id, secretId),
  })
}
