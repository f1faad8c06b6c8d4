import { z } from 'zod'
import { changeProfile } from '../../src/accounts/change-profile.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { NameSchema } from '../../src/identity/identifiers.ts'
import { LANGUAGES } from '../../src/languages.ts'
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
    summary: 'Change my name or language',
    tags: ['Account'],
    access: 'session',
    request: {
      body: z
        .strictObject({ name: NameSchema.optional(), language: z.enum(LANGUAGES).optional() })
        .refine(change => Object.keys(change).length > 0, 'Send at least one field.')
        .meta({ id: 'ProfileChange', example: { name: 'Ada King' } }),
    },
    responses: {
      200: { description: 'The changed profile', schema: PrincipalSchema },
    },
    handler: async ({ body, req }) => {
      const user = signedIn(req)
      await changeProfile({ sequelize, channel, audit }, user.id, body)
      const { name = user.name, language = user.language } = body
      return describePrincipal({ ...user, name, language })
    },
  })
}
