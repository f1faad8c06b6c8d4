import { z } from 'zod'
import { userById } from '../../../src/administration/user-list.ts'
import { accountFor } from '../../../src/administration/users.ts'
import { unlinkIdentityOf } from '../../../src/federation/identities.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import type { Deps } from '../../../src/services.ts'
import { describeIdentities, IdentitiesSchema } from '../../auth/identities.ts'
import { acting } from './acting.ts'
import { UserParams } from './users.ts'

export function listUserIdentities(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/users/:id/identities',
    summary: 'List the linked identities of a user',
    tags: ['Users'],
    access: 'users:read',
    request: { params: UserParams },
    responses: { 200: { description: 'Oldest first', schema: IdentitiesSchema }, ...refusals(404) },
    handler: async ({ params: { id } }) => {
      await userById(id)
      return describeIdentities(deps, id)
    },
  })
}

export function unlinkUserIdentity(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id/identities/:identityId',
    summary: 'Unlink an identity of a user',
    description:
      "The user's sessions and tokens end, and the user is told by email. The last way to sign in can go too.",
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams.extend({ identityId: z.uuid().toLowerCase() }) },
    responses: { 204: { description: 'Unlinked' }, ...refusals(404) },
    handler: async ({ params: { id, identityId }, req }) => {
      const actor = acting(req)
      const user = await accountFor(actor, id)
      await unlinkIdentityOf(deps, user, identityId, { userId: id, actorId: actor.id })
    },
  })
}
