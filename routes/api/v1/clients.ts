import { z } from 'zod'
import type { Client } from '../../../models/client.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../../src/http/pagination.ts'
import { demandMatch, tagged } from '../../../src/http/precondition.ts'
import { refusals } from '../../../src/http/responses.ts'
import { ClientChangeSchema, ClientIdSchema, NewClientSchema } from '../../../src/provider/client-schema.ts'
import { clientById, createClient, deleteClient, readClients, updateClient } from '../../../src/provider/clients.ts'
import type { Deps } from '../../../src/services.ts'
import { ClientSchema } from '../../schemas.ts'
import { acting } from './acting.ts'

export const ClientParams = z.object({ id: ClientIdSchema })

export function listClients({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/clients',
    summary: 'List clients',
    tags: ['Clients'],
    access: 'clients:read',
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: { description: 'Clients by name', schema: pageOf(ClientSchema) } },
    handler: async ({ query }) => answerOf(await readClients(sequelize, query), client => client.toPublic()),
  })
}

export function readClient() {
  return endpoint({
    method: 'get',
    path: '/api/v1/clients/:id',
    summary: 'Read a client',
    description: 'Send the ETag as If-Match to change the client.',
    tags: ['Clients'],
    access: 'clients:read',
    request: { params: ClientParams },
    responses: { 200: { description: 'The client', schema: ClientSchema }, ...refusals(404) },
    handler: async ({ params: { id } }) => (await clientById(id)).toPublic(),
  })
}

export function createClientEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/api/v1/clients',
    summary: 'Create a client',
    description: 'Then add a secret at POST /api/v1/clients/:id/secrets, unless it authenticates otherwise.',
    tags: ['Clients'],
    access: 'fresh clients:write',
    request: {
      body: NewClientSchema.meta({
        id: 'NewClient',
        example: { name: 'Wiki', redirectUris: ['https://wiki.example.org/callback'] },
      }),
    },
    responses: { 201: { description: 'The client', schema: ClientSchema }, ...refusals(409) },
    handler: async ({ body, req }) => (await createClient(deps, by(req), body)).toPublic(),
  })
}

export function updateClientEndpoint(deps: Deps) {
  return endpoint({
    method: 'patch',
    path: '/api/v1/clients/:id',
    summary: 'Change a client',
    description:
      'Needs If-Match with the ETag of the version that was read. Its secrets are removed if the new authentication method uses none.',
    tags: ['Clients'],
    access: 'fresh clients:write',
    request: {
      params: ClientParams,
      body: ClientChangeSchema.meta({ id: 'ClientChange', example: { roles: ['staff'] } }),
    },
    responses: {
      200: { description: 'The changed client', schema: ClientSchema },
      ...refusals(404, 409, 412, 428),
    },
    handler: async ({ params: { id }, body, req, res }) => {
      const unchanged = (client: Client) => demandMatch(req, client.toPublic())
      return tagged(res, (await updateClient(deps, by(req), id, body, unchanged)).toPublic())
    },
  })
}

export function deleteClientEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/clients/:id',
    summary: 'Delete a client',
    description: 'Permanently, with its secrets. No user can sign in to it any more.',
    tags: ['Clients'],
    access: 'fresh clients:write',
    request: { params: ClientParams },
    responses: { 204: { description: 'Deleted' }, ...refusals(404) },
    handler: async ({ params: { id }, req }) => deleteClient(deps, by(req), id),
  })
}

const by = (req: Parameters<typeof acting>[0]) => ({ actorId: acting(req).id })
