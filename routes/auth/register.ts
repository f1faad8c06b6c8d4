import { z } from 'zod'
import { register } from '../../src/accounts/register.ts'
import { requestRegistration } from '../../src/accounts/request-registration.ts'
import { clientAddress, clientOf } from '../../src/client-address.ts'
import { setEmailSignInCookie, setRegistrationCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { languageOf } from '../../src/http/language.ts'
import { refusals } from '../../src/http/responses.ts'
import { EmailSchema, NameSchema, PasswordSchema, UsernameSchema } from '../../src/identity/identifiers.ts'
import type { Deps } from '../../src/services.ts'
import { throttleMail, throttleRegistration } from '../../src/sign-in/throttle.ts'
import { isOffered } from '../../src/sign-in/ways.ts'
import { MessageSchema, UserSchema } from '../schemas.ts'

const RegisterBody = z
  .strictObject({
    email: EmailSchema,
    password: PasswordSchema.optional().meta({ description: 'Required, unless SIGN_IN_WITH leaves `password` out.' }),
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

export function registerEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/register',
    summary: 'Create an account',
    description:
      'REGISTRATION decides whether everybody, only invited people or nobody can register. Does not sign in. With a mail server and without an invitation, the answer is 202 whether or not the address has an account; an email tells its owner, and the account works once the address is confirmed.',
    tags: ['Account'],
    access: 'public',
    request: { body: RegisterBody },
    responses: {
      201: { description: 'The new account', schema: UserSchema },
      202: { description: 'Received; an email to this address explains the next step', schema: MessageSchema },
      ...refusals(409, 429),
    },
    handler: async ({ body: { invitation, ...account }, req, res }) => {
      const client = clientAddress(req)
      const language = languageOf(req)
      await throttleRegistration(deps.limiters, client)
      if (deps.env.SMTP_URL && deps.env.REGISTRATION === 'open' && invitation === undefined) {
        await throttleMail(deps.limiters, client, account.email)
        const browser = {
          boundTo: isOffered(deps.env, 'password') ? '' : setEmailSignInCookie(req, res),
          userAgent: clientOf(req).userAgent,
          language,
        }
        setRegistrationCookie(req, res, await requestRegistration(deps, account, browser))
        return void res.status(202).json({ message: 'We sent an email to this address. Follow the steps in it.' })
      }
      const user = await register(deps, { ...account, language }, invitation)
      setRegistrationCookie(req, res, user.id)
      return user.toPublic()
    },
  })
}
