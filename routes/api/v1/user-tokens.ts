import { z } from 'zod'
import { userById } from '../../../src/administration/user-list.ts'
import { accountFor } from '../../../src/administration/users.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../../src/http/pagination.ts'
import { refusals } from '../../../src/http/responses.ts'
import { problems } from '../../../src/problems.ts'
import type { Deps } from '../../../src/services.ts'
import { listTokens, revokeTokenOf } from '../../../src/tokens/manage-tokens.ts'
import { PersonalTokenSchema } from '../../schemas.ts'
import { acting } from './acting.ts'
import { UserParams } from './users.ts'

export function listUserTokens({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/users/:id/tokens',
    summary: 'List the personal access tokens of a user',
    description: 'Unexpired tokens, newest first, without their secrets.',
    tags: ['Users'],
    access: 'sessions:read',
    request: { params: UserParams, query: z.strictObject(pageQuery) },
    responses: {
      200: { description: 'Tokens', schema: pageOf(PersonalTokenSchema) },
      ...refusals(404),
    },
    handler: async ({ params: { id }, query }) => {
      await userById(id)
      return answerOf(await listTokens(sequelize, id, query), token => token.toPublic())
    },
  })
}

export function revokeUserToken(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/tokens/:tokenId',
    summary: 'Revoke a personal access token of a user',
    description: 'The token is refused from the next request on.',
    tags: ['Users'],
    access: 'fresh sessions:write',
    request: { params: UserParams.extend({ tokenId: z.string().max(16) }) },
    responses: { 204: { description: 'Revoked' }, ...refusals(404) },
    handler: async ({ params: { id, tokenId }, req }) => {
      const actor = acting(req)
      await accountFor(actor, id)
      if (!(await revokeTokenOf(deps, id, tokenId, actor.id)))
        throw problems.notFound('token', `GET /api/v1/users/${id}/tokens`)
    },
  })
}
