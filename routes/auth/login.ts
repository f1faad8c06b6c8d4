import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { deviceClientOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { authenticateWith } from '../../src/http/passport.ts'
import { refusals } from '../../src/http/responses.ts'
import { IdentifierSchema } from '../../src/identity/identifiers.ts'
import type { Verified } from '../../src/identity/principal.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { PrincipalSchema } from '../../src/sessions/describe.ts'
import { signIn } from '../../src/sign-in/sign-in.ts'
import { answerSignIn } from './answer-sign-in.ts'
import { only } from './only.ts'
import { sessionOf } from './signed-in.ts'

const secret = z.string().min(1).max(1024)

const LoginBody = z
  .strictObject({
    email: IdentifierSchema.min(1).optional().meta({ example: 'ada@example.org' }),
    username: IdentifierSchema.min(1).optional().meta({ description: 'Instead of the email address.' }),
    password: secret.meta({ format: 'password', example: 'a long and unusual sentence' }),
    rememberMe: z
      .boolean()
      .optional()
      .meta({ description: 'Stay signed in for SESSION_REMEMBER instead of SESSION_ABSOLUTE.' }),
  })
  .refine(({ email, username }) => (email === undefined) !== (username === undefined), {
    path: ['email'],
    message: 'Send either email or username.',
  })
  // The fields that passport-local reads.
  .transform(({ email, username, ...rest }) => ({ identifier: email ?? username ?? '', ...rest }))
  .meta({ id: 'Login', example: { email: 'ada@example.org', password: 'seven green bicycles at dawn' } })

export const LoggedInSchema = z
  .strictObject({
    message: z.string(),
    user: PrincipalSchema,
    secondFactorEnrolment: z
      .literal(true)
      .optional()
      .meta({ description: 'The session gives access only to enrolling a second factor (MFA_REQUIRED).' }),
    reviewRequired: z.literal(true).optional().meta({
      description: 'The session gives access only to GET and POST /auth/review, because the account was recovered.',
    }),
  })
  .meta({ id: 'LoggedIn' })

export const SecondFactorNeededSchema = z
  .strictObject({
    message: z.string(),
    secondFactor: z.strictObject({
      required: z.literal(true),
      methods: z.array(z.enum(['totp', 'passkey', 'recovery-code'])),
    }),
  })
  .meta({ id: 'SecondFactorNeeded' })

export const SignInAnswerSchema = z.union([LoggedInSchema, SecondFactorNeededSchema])

export function loginEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login',
    summary: 'Sign in',
    description:
      'Sets the session cookie. The answer is the same for an unknown account, a wrong password and a disabled account. If the user has a second factor, the cookie gives access only to POST /auth/second-factor, for ten minutes.',
    tags: ['Session'],
    access: 'public',
    request: { body: LoginBody },
    responses: {
      200: {
        description: 'Signed in, or a second factor is required',
        schema: SignInAnswerSchema,
      },
      ...refusals(401, 429),
    },
    guards: [only(deps.env, 'password'), refuseCredentialsInUrl],
    handler: async ({ body: { rememberMe: remember = false }, req, res }) => {
      const verified = await authenticateWith<Verified>(deps.passport, 'local', req, res)
      if (!verified) throw problems.invalidCredentials()
      const result = await signIn(deps, deviceClientOf(req), verified, {
        factors: ['password'],
        remember,
        replaces: sessionOf(deps.store, req),
      })
      return answerSignIn(deps, req, res, result)
    },
  })
}

/** What stands in a URL ends in logs and histories (ASVS 14.2.1). */
function refuseCredentialsInUrl(...[req, _res, next]: Parameters<RequestHandler>) {
  if (!['email', 'username', 'identifier', 'password'].some(name => inQuery(req, name))) return next()
  next(problems.passwordInUrl())
}

const inQuery = (req: Request, name: string) => Object.hasOwn(req.query, name)
