import { z } from 'zod'
import { EmailSchema, NameSchema, PasswordSchema, UsernameSchema } from '../../src/accounts/identifiers.ts'
import { setUp } from '../../src/accounts/register.ts'
import { throttleRegistration } from '../../src/accounts/throttle.ts'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { bodyProblems, problems } from '../../src/http/responses.ts'
import { UserSchema } from '../schemas.ts'

const SetUpBody = z
  .strictObject({
    token: z.string().max(200),
    email: EmailSchema,
    password: PasswordSchema,
    name: NameSchema,
    username: UsernameSchema.optional(),
  })
  .meta({ id: 'SetUp' })

export const setUpEndpoint = ({ env, logger, database, hasher, limiters }: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/setup',
    summary: 'Make the first administrator',
    description:
      'With the secret of the set-up link that a first start prints. Works once, and only while there is no user.',
    tags: ['Account'],
    request: { body: SetUpBody },
    responses: {
      201: { description: 'The administrator', schema: UserSchema },
      ...bodyProblems(),
      ...problems(403, 429, 503),
    },
    handler: async ({ body: { token, ...account }, req }) => {
      await throttleRegistration(limiters, req.ip ?? '')
      const user = await setUp({ env, logger, sequelize: database.sequelize, hasher }, account, token)
      return user.toPublic()
    },
  })
