import { z } from 'zod'
import { checkSetupLink, setUp } from '../../src/accounts/register.ts'
import { clientAddress } from '../../src/client-address.ts'
import { setRegistrationCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { languageOf } from '../../src/http/language.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema, NameSchema, PasswordSchema, UsernameSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttleLink, throttleRegistration } from '../../src/sign-in/throttle.ts'
import { MessageSchema, UserSchema } from '../schemas.ts'

const SetupToken = z.string().max(200)

const SetUpBody = z
  .strictObject({
    token: SetupToken,
    email: EmailSchema,
    password: PasswordSchema.optional().meta({ description: 'Required, unless SIGN_IN_WITH leaves `password` out.' }),
    name: NameSchema,
    username: UsernameSchema.optional(),
  })
  .meta({
    id: 'SetUp',
    example: {
      token: 'what-follows-the-hash-in-the-link',
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      password: 'seven green bicycles at dawn',
    },
  })

export function setUpEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/setup',
    summary: 'Create the first administrator',
    description:
      'With the secret of the setup link that the server prints when it starts without administrators. Works once, and only while there is no administrator.',
    tags: ['Account'],
    access: 'public',
    request: { body: SetUpBody },
    responses: {
      201: { description: 'The administrator', schema: UserSchema },
      ...refusals(409, 429),
    },
    handler: async ({ body: { token, ...account }, req, res }) => {
      await throttleRegistration(deps.limiters, clientAddress(req))
      const user = await setUp(deps, { ...account, language: languageOf(req) }, token)
      setRegistrationCookie(req, res, user.id)
      return user.toPublic()
    },
  })
}

export function checkSetupLinkEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/setup/check',
    summary: 'Check a set-up link without using it',
    tags: ['Account'],
    access: 'public',
    request: {
      body: z
        .strictObject({ token: SetupToken })
        .meta({ id: 'SetupLink', example: { token: 'what-follows-the-hash-in-the-link' } }),
    },
    responses: {
      200: { description: 'The link works', schema: MessageSchema },
      ...refusals(409, 429),
    },
    handler: async ({ body: { token }, req }) => {
      await throttleLink(deps.limiters, clientAddress(req))
      await checkSetupLink(token)
      return { message: 'The link works.' }
    },
  })
}
