import { z } from 'zod'
import { Role } from '../../../models/role.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { requirePermission } from '../../../src/http/guards.ts'
import { problems } from '../../../src/http/responses.ts'
import { RoleSchema } from '../../schemas.ts'

export const listRoles = () =>
  endpoint({
    method: 'get',
    path: '/api/v1/roles',
    summary: 'List roles',
    tags: ['API'],
    security: 'bearer',
    responses: { 200: { description: 'Roles by name', schema: z.array(RoleSchema) }, ...problems(400, 401, 403, 503) },
    guards: [requirePermission('roles:read')],
    handler: async () => (await Role.findAll({ order: ['name'] })).map(role => role.toPublic()),
  })
