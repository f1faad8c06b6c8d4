import { z } from 'zod'
import type { Role } from '../../../models/role.ts'
import {
  COUNTED_USERS,
  countUsersWith,
  createRole,
  deleteRole,
  readRoles,
  roleNamed,
  updateRole,
} from '../../../src/administration/roles.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery } from '../../../src/http/pagination.ts'
import { demandMatch, tagged } from '../../../src/http/precondition.ts'
import { refusals } from '../../../src/http/responses.ts'
import { lineSchema, RoleNameSchema } from '../../../src/identity/identifiers.ts'
import type { Deps } from '../../../src/services.ts'
import { RoleSchema } from '../../schemas.ts'
import { acting } from './acting.ts'

const ListedRoleSchema = RoleSchema.extend({
  users: z.int().meta({ description: `How many users have it; more than ${COUNTED_USERS} means "more".` }),
}).meta({ id: 'ListedRole' })

const RoleParams = z.object({ name: RoleNameSchema })

/** @param permissions all that this server knows; a slip of the pen would grant nothing, silently */
function contentOf(permissions: readonly string[]) {
  return {
    description: lineSchema(0, 255),
    permissions: z
      .array(z.enum(permissions as [string, ...string[]]))
      .max(100)
      .transform(given => [...new Set(given)].sort()),
  }
}

export function listRoles({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/roles',
    summary: 'List roles',
    tags: ['Roles'],
    access: 'roles:read',
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: { description: 'Roles by name', schema: pageOf(ListedRoleSchema) },
    },
    handler: async ({ query }) => {
      const page = await readRoles(sequelize, query)
      const counts = await Promise.all(page.items.map(({ id }) => countUsersWith(sequelize, id)))
      const countOf = new Map(page.items.map(({ id }, at) => [id, counts[at] ?? 0]))
      return answerOf(page, role => ({ ...role.toPublic(), users: countOf.get(role.id) ?? 0 }))
    },
  })
}

export function readRole() {
  return endpoint({
    method: 'get',
    path: '/api/v1/roles/:name',
    summary: 'Read a role',
    tags: ['Roles'],
    access: 'roles:read',
    request: { params: RoleParams },
    responses: { 200: { description: 'The role', schema: RoleSchema }, ...refusals(404) },
    handler: async ({ params: { name } }) => (await roleNamed(name)).toPublic(),
  })
}

export function createRoleEndpoint(deps: Deps, permissions: readonly string[]) {
  return endpoint({
    method: 'post',
    path: '/api/v1/roles',
    summary: 'Create a role',
    description: 'You can grant only permissions that you hold yourself.',
    tags: ['Roles'],
    access: 'fresh roles:write',
    request: {
      body: z.strictObject({ name: RoleNameSchema, ...contentOf(permissions) }).meta({
        id: 'NewRole',
        example: { name: 'support', description: 'Answers questions of users', permissions: ['users:read'] },
      }),
    },
    responses: {
      201: { description: 'The role', schema: RoleSchema },
      ...refusals(409),
    },
    handler: async ({ body, req }) => (await createRole(deps, acting(req), body)).toPublic(),
  })
}

export function updateRoleEndpoint(deps: Deps, permissions: readonly string[]) {
  return endpoint({
    method: 'patch',
    path: '/api/v1/roles/:name',
    summary: 'Change a role',
    description:
      'Needs If-Match with the ETag of the version that was read. The change takes effect at the next request of every user with this role. `admin` cannot be changed.',
    tags: ['Roles'],
    access: 'fresh roles:write',
    request: {
      params: RoleParams,
      body: z
        .strictObject(contentOf(permissions))
        .partial()
        .refine(change => Object.keys(change).length > 0, 'Send at least one field.')
        .meta({ id: 'RoleChange', example: { permissions: ['users:read'] } }),
    },
    responses: {
      200: { description: 'The changed role', schema: RoleSchema },
      ...refusals(404, 409, 412, 428),
    },
    handler: async ({ params: { name }, body, req, res }) => {
      const unchanged = (role: Role) => demandMatch(req, role.toPublic())
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      return tagged(res, (await updateRole(deps, acting(req), name, change, unchanged)).toPublic())
    },
  })
}

export function deleteRoleEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/roles/:name',
    summary: 'Delete a role',
    description: 'All users lose it. Built-in roles cannot be deleted.',
    tags: ['Roles'],
    access: 'fresh roles:write',
    request: { params: RoleParams },
    responses: { 204: { description: 'Deleted' }, ...refusals(404, 409) },
    handler: async ({ params: { name }, req }) => deleteRole(deps, acting(req), name),
  })
}
