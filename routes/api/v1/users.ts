import { z } from 'zod'
import { User } from '../../../models/user.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { requirePermission } from '../../../src/http/guards.ts'
import { problems } from '../../../src/http/responses.ts'
import { UserSchema } from '../../schemas.ts'

const PAGE = 100

export const listUsers = () =>
  endpoint({
    method: 'get',
    path: '/api/v1/users',
    summary: 'List users',
    description: `The first ${PAGE} by e-mail address.`,
    tags: ['API'],
    security: 'bearer',
    responses: { 200: { description: 'Users', schema: z.array(UserSchema) }, ...problems(400, 401, 403, 503) },
    guards: [requirePermission('users:read')],
    handler: async () =>
      (await User.findAll({ include: 'roles', order: ['email'], limit: PAGE })).map(user => user.toPublic()),
  })
