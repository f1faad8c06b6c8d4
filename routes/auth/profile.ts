import { z } from 'zod'
import { rename } from '../../src/accounts/rename.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { NameSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { describePrincipal, PrincipalSchema } from '../../src/sessions/describe.ts'
import { signedIn } from './signed-in.ts'

export function showProfile() {
  return endpoint({
    method: 'get',
    path: '/auth/profile',
    summary: 'Show my profile',
    tags: ['Account'],
    access: 'session',
    responses: { 200: { description: 'The profile', schema: PrincipalSchema } },
    handler: ({ req }) => describePrincipal(signedIn(req)),
  })
}

export function updateProfile({ sequelize, channel, audit }: Deps) {
  return endpoint({
    method: 'patch',
    path: '/auth/profile',
    summary: 'Change my name',
    tags: ['Account'],
    access: 'session',
    request: {
      body: z.strictObject({ name: NameSchema }).meta({ id: 'ProfileChange', example: { name: 'Ada King' } }),
    },
    responses: {
      200: { description: 'The changed profile', schema: PrincipalSchema },
    },
    handler: async ({ body: { name }, req }) => {
      const user = signedIn(req)
      await rename({ sequelize, channel, audit }, user.id, name)
      return describePrincipal({ ...user, name })
    },
  })
}
