import { z } from 'zod'
import { removeFactorsOf, removePasskeyOf, removeTotpOf } from '../../../src/administration/remove-factors.ts'
import { userById } from '../../../src/administration/user-list.ts'
import { hasPassword, listFactors } from '../../../src/factors/factors.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import type { Deps } from '../../../src/services.ts'
import { FactorsSchema } from '../../auth/factors.ts'
import { EndedSchema } from '../../schemas.ts'
import { acting } from './acting.ts'
import { UserParams } from './users.ts'

const ONE_OF_THEM =
  'For a user who lost this one: verify their identity first (ASVS 6.4.4). Ends their sessions and tokens, and tells them by email.'

export function listUserFactors() {
  return endpoint({
    method: 'get',
    path: '/api/v1/users/:id/factors',
    summary: 'List the second factors of a user',
    description: 'Names and dates, no secrets.',
    tags: ['Users'],
    access: 'users:read',
    request: { params: UserParams },
    responses: { 200: { description: 'What the user has', schema: FactorsSchema }, ...refusals(404) },
    handler: async ({ params: { id } }) => {
      await userById(id)
      return { ...(await listFactors(id)), password: await hasPassword(id) }
    },
  })
}

export function removeUserFactors(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/factors',
    summary: 'Remove all second factors of a user',
    description:
      'For a user who lost them all: verify their identity first (ASVS 6.4.4). Ends their sessions and tokens, and tells them by email. Your own factors are removed at /auth/totp and /auth/passkeys.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 200: { description: 'Removed', schema: EndedSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id }, req }) => {
      const sessionsEnded = await removeFactorsOf(deps, acting(req), id)
      return { message: 'Second factors removed', sessionsEnded }
    },
  })
}

export function removeUserTotp(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/factors/totp',
    summary: 'Remove the authenticator app of a user',
    description: `${ONE_OF_THEM} Recovery codes go with the last second factor.`,
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 200: { description: 'Removed', schema: EndedSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id }, req }) => {
      const sessionsEnded = await removeTotpOf(deps, acting(req), id)
      return { message: 'Authenticator app removed', sessionsEnded }
    },
  })
}

export function removeUserPasskey(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/factors/passkeys/:passkeyId',
    summary: 'Remove a passkey of a user',
    description: ONE_OF_THEM,
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams.extend({ passkeyId: z.uuid().toLowerCase() }) },
    responses: { 200: { description: 'Removed', schema: EndedSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id, passkeyId }, req }) => {
      const sessionsEnded = await removePasskeyOf(deps, acting(req), id, passkeyId)
      return { message: 'Passkey removed', sessionsEnded }
    },
  })
}
