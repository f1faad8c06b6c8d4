import type { AccountDeps } from '../../../src/accounts/account-deps.ts'
import type { Actor } from '../../../src/administration/authority.ts'
import { grantRoleTo, revokeRoleFrom } from '../../../src/administration/users.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import { RoleNameSchema } from '../../../src/identity/identifiers.ts'
import type { Deps } from '../../../src/services.ts'
import { acting } from './acting.ts'
import { UserParams } from './users.ts'

export function grantRoleEndpoint(deps: Deps) {
  return change(
    deps,
    'put',
    'Grant a role to a user',
    'Takes effect at the next request. Granting it again is not an error.',
    grantRoleTo,
  )
}

export function revokeRoleEndpoint(deps: Deps) {
  return change(
    deps,
    'delete',
    'Revoke a role from a user',
    'Takes effect at the next request. The last administrator keeps `admin`, even if two requests race.',
    revokeRoleFrom,
  )
}

type Change = (deps: AccountDeps, actor: Actor, id: string, role: string) => Promise<void>

function change(deps: Deps, method: 'put' | 'delete', summary: string, description: string, act: Change) {
  return endpoint({
    method,
    path: '/api/v1/users/:id/roles/:name',
    summary,
    description,
    tags: ['Users'],
    access: 'fresh roles:write',
    request: { params: UserParams.extend({ name: RoleNameSchema }) },
    responses: { 204: { description: 'Done' }, ...refusals(404, 409, 415) },
    handler: async ({ params: { id, name }, req }) => act(deps, acting(req), id, name),
  })
}
