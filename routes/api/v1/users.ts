import { z } from 'zod'
import { COUNTED_TO, countUsers } from '../../../src/administration/count.ts'
import { hasFixedOrder, listUsers, USER_SORTS, userById } from '../../../src/administration/user-list.ts'
import { removeAccount, updateUser } from '../../../src/administration/users.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { answerOf, pageOf, pageQuery, sortingOf, sortQuery } from '../../../src/http/pagination.ts'
import { demandMatch, tagged } from '../../../src/http/precondition.ts'
import { refusals } from '../../../src/http/responses.ts'
import { NameSchema, RoleNameSchema, SearchSchema, UsernameSchema } from '../../../src/identity/identifiers.ts'
import { LANGUAGES } from '../../../src/languages.ts'
import type { Deps } from '../../../src/services.ts'
import { ListedUserSchema, UserSchema } from '../../schemas.ts'
import { acting } from './acting.ts'

export const UserParams = z.object({ id: z.uuid().toLowerCase() })

const yesOrNo = z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional()

export const userFilters = {
  q: SearchSchema.optional().meta({
    description:
      'Beginning of an email address, a username or any word of a name; ignores case and accents. Results are sorted by what matched.',
    example: 'love',
  }),
  role: RoleNameSchema.optional().meta({ description: 'Only users with this role, latest grant first.' }),
  disabled: yesOrNo,
  confirmed: yesOrNo.meta({ description: 'Whether the email address is confirmed. Not confirmed: newest first.' }),
  secondFactor: yesOrNo.meta({ description: 'Whether the user has one. Newest first.' }),
}

const ListQuery = z
  .strictObject({ ...pageQuery, ...userFilters, sort: sortQuery(...USER_SORTS).optional() })
  .refine(({ sort, ...filters }) => sort === undefined || !hasFixedOrder(filters), {
    path: ['sort'],
    message: 'Remove it. Results for q, role, secondFactor and confirmed=false have a fixed order.',
  })

const TotalSchema = z
  .int()
  .nullable()
  .meta({
    description: `On all pages. Counted up to ${COUNTED_TO}: one more means more than this. Null with q, disabled=false, confirmed=true or several filters.`,
  })

export function listUsersEndpoint({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/users',
    summary: 'List users',
    description:
      'A page reads at most 1,000 users: with two filters it may be short, even empty, although `next` is not null. Continue until `next` is null.',
    tags: ['Users'],
    access: 'users:read',
    request: { query: ListQuery },
    responses: { 200: { description: 'One page', schema: pageOf(ListedUserSchema).extend({ total: TotalSchema }) } },
    handler: async ({ query: { sort = 'email', ...search } }) => {
      const page = await listUsers(sequelize, { ...search, sorting: sortingOf(sort) })
      return { ...answerOf(page, user => user.toListed()), total: await countUsers(sequelize, search) }
    },
  })
}

export function readUser() {
  return endpoint({
    method: 'get',
    path: '/api/v1/users/:id',
    summary: 'Read a user',
    description: 'Send the ETag as If-Match to change the user.',
    tags: ['Users'],
    access: 'users:read',
    request: { params: UserParams },
    responses: { 200: { description: 'The user', schema: UserSchema }, ...refusals(404) },
    handler: async ({ params: { id } }) => (await userById(id)).toPublic(),
  })
}

export function updateUserEndpoint(deps: Deps) {
  return endpoint({
    method: 'patch',
    path: '/api/v1/users/:id',
    summary: 'Change a user',
    description: 'Needs If-Match with the ETag of the version that was read.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: {
      params: UserParams,
      body: z
        .strictObject({
          name: NameSchema.optional(),
          username: UsernameSchema.nullable().optional(),
          language: z.enum(LANGUAGES).optional(),
        })
        .refine(change => Object.keys(change).length > 0, 'Send at least one field.')
        .meta({ id: 'UserChange', example: { name: 'Ada King' } }),
    },
    responses: {
      200: { description: 'The changed user', schema: UserSchema },
      ...refusals(404, 409, 412, 428),
    },
    handler: async ({ params: { id }, body, req, res }) => {
      const unchanged = (user: { toPublic(): unknown }) => demandMatch(req, user.toPublic())
      return tagged(res, (await updateUser(deps, acting(req), id, body, unchanged)).toPublic())
    },
  })
}

export function deleteUser(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/api/v1/users/:id',
    summary: 'Delete a user',
    description: 'Permanently, with all sessions, tokens and factors. The last administrator cannot be deleted.',
    tags: ['Users'],
    access: 'fresh users:write',
    request: { params: UserParams },
    responses: { 204: { description: 'Deleted' }, ...refusals(404, 409) },
    handler: async ({ params: { id }, req }) => removeAccount(deps, acting(req), id),
  })
}
