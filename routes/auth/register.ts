import { z } from 'zod'
import { EmailSchema, NameSchema, PasswordSchema, UsernameSchema } from '../../src/accounts/identifiers.ts'
import { register } from '../../src/accounts/register.ts'
import { markRegistration } from '../../src/accounts/registered-here.ts'
import { throttleRegistration } from '../../src/accounts/throttle.ts'
import type { Deps } from '../../src/deps.ts'
import { clientAddress } from '../../src/http/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { problems } from '../../src/http/responses.ts'
import { UserSchema } from '../schemas.ts'
import { accountDeps } from './account-deps.ts'

const RegisterBody = z
  .strictObject({
    email: EmailSchema,
    password: PasswordSchema,
    name: NameSchema,
    username: UsernameSchema.optional(),
    invitation: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'Secret of an invitation link, where REGISTRATION is `invite`.' }),
  })
  .meta({
    id: 'Registration',
    example: { email: 'ada@example.org', name: 'Ada Lovelace', password: 'seven green bicycles at dawn' },
  })

export const registerEndpoint = (deps: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/register',
    summary: 'Make an account',
    description: 'Open to everybody, to the invited or to nobody, by REGISTRATION. Signs nobody in.',
    tags: ['Account'],
    access: 'public',
    request: { body: RegisterBody },
    responses: {
      201: { description: 'The new account', schema: UserSchema },
      ...problems(409, 429),
    },
    handler: async ({ body: { invitation, ...account }, req, res }) => {
      await throttleRegistration(deps.limiters, clientAddress(req))
      const user = await register(accountDeps(deps), account, invitation)
      markRegistration(req, res, user.id)
      return user.toPublic()
    },
  })
