import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../src/http/pagination.ts'
import { refusals } from '../../src/http/responses.ts'
import { lineSchema } from '../../src/identity/identifiers.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleTokenReport } from '../../src/sign-in/throttle.ts'
import { createToken, listTokens, reportToken, revokeOwnToken, TOKENS_AT_MOST } from '../../src/tokens/manage-tokens.ts'
import { MessageSchema, PersonalTokenSchema } from '../schemas.ts'
import { publicIdOf, signedIn } from './signed-in.ts'

const TokenBody = z
  .strictObject({
    name: lineSchema(1, 100).meta({ example: 'nightly backup' }),
    scopes: z.array(z.string().max(100)).max(100).meta({
      description: 'Those of your permissions that the token may use. A token without any can still read /api/v1/me.',
    }),
    expiresInDays: z.int().min(1).max(3650).optional().meta({ description: 'Default 90; at most TOKEN_LIFETIME_MAX.' }),
  })
  .meta({ id: 'TokenWish', example: { name: 'nightly backup', scopes: [] } })

const NewTokenSchema = PersonalTokenSchema.extend({
  token: z.string().meta({ description: 'Shown only once.' }),
}).meta({ id: 'NewToken' })

export function listOwnTokens({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/tokens',
    summary: 'List my personal access tokens',
    description: 'Unexpired tokens, newest first, without their secrets.',
    tags: ['Token'],
    access: 'session',
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: { description: 'My tokens', schema: pageOf(PersonalTokenSchema) },
    },
    handler: async ({ query, req }) =>
      answerOf(await listTokens(sequelize, signedIn(req).id, query), row => row.toPublic()),
  })
}

export function createOwnToken(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/tokens',
    summary: 'Create a personal access token',
    description: `It opens /api only, never /auth. At most ${TOKENS_AT_MOST} at a time. Its secret is shown in this answer and never again.`,
    tags: ['Token'],
    access: 'fresh session',
    request: { body: TokenBody },
    responses: {
      201: { description: 'The token', schema: NewTokenSchema },
      ...refusals(409),
    },
    handler: async ({ body, req }) => {
      const { row, token } = await createToken(deps, signedIn(req), publicIdOf(deps.store, req), body)
      return { ...row.toPublic(), token }
    },
  })
}

export function revokeOneToken(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/tokens/:id',
    summary: 'Revoke one of my tokens',
    description: "The token is refused from the next request on. Another user's token is 404.",
    tags: ['Token'],
    access: 'session',
    uncounted: true,
    request: { params: z.object({ id: z.string().max(100) }) },
    responses: { 200: { description: 'Revoked', schema: MessageSchema }, ...refusals(404) },
    handler: async ({ params: { id }, req }) => {
      if (!(await revokeOwnToken(deps, signedIn(req).id, id))) throw problems.notFound('token', 'GET /auth/tokens')
      return { message: 'Token revoked' }
    },
  })
}

export function reportFoundToken(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/tokens/report',
    summary: 'Revoke a leaked token',
    description:
      'For anybody who finds a leaked personal access token. Needs no sign-in; the answer is the same whether or not the token exists.',
    tags: ['Token'],
    access: 'public',
    request: {
      body: z
        .strictObject({ token: z.string().min(1).max(4096) })
        .meta({ id: 'FoundToken', example: { token: 'lk_pat_0123456789' } }),
    },
    responses: {
      200: { description: 'Taken in', schema: MessageSchema },
      ...refusals(429),
    },
    handler: async ({ body: { token }, req }) => {
      await throttleTokenReport(deps.limiters, clientAddress(req))
      await reportToken(deps, token)
      return { message: 'Thank you. If this was a valid token, it is now revoked.' }
    },
  })
}
