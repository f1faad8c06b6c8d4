import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { isUnchangedSince } from '../../src/accounts/authenticate.ts'
import { recogniseDeviceFor } from '../../src/accounts/devices.ts'
import { IdentifierSchema } from '../../src/accounts/identifiers.ts'
import type { Verified } from '../../src/accounts/principal.ts'
import { recordSignIn } from '../../src/accounts/record-sign-in.ts'
import { throttleLogin } from '../../src/accounts/throttle.ts'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { HttpProblem } from '../../src/http/problem.ts'
import { bodyProblems, problems } from '../../src/http/responses.ts'
import { describePrincipal, PrincipalSchema } from '../../src/sessions/describe.ts'
import { startSession } from '../../src/sessions/start-session.ts'
import { authenticateWith } from './authenticate-with.ts'

const secret = z.string().min(1).max(1024)

const LoginBody = z
  .strictObject({
    email: IdentifierSchema.min(1).optional().meta({ example: 'ada@example.org' }),
    username: IdentifierSchema.min(1).optional().meta({ description: 'Instead of the e-mail address.' }),
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
  .meta({ id: 'Login' })

const LoggedInSchema = z.strictObject({ message: z.string(), user: PrincipalSchema }).meta({ id: 'LoggedIn' })

export const loginEndpoint = ({ passport, store, limiters, logger, env, database, audit, mailer }: Deps) =>
  endpoint({
    method: 'post',
    path: '/auth/login',
    summary: 'Sign in',
    description:
      'Sets the session cookie. An unknown account, a wrong password and a disabled account are answered alike.',
    tags: ['Session'],
    request: { body: LoginBody },
    responses: {
      200: { description: 'Signed in', schema: LoggedInSchema },
      ...bodyProblems(),
      ...problems(401, 403, 429, 503),
    },
    guards: [refuseCredentialsInUrl],
    handler: async ({ body, req, res }) => {
      const name = body.email ?? body.username ?? ''
      req.knownDevice = await recogniseDeviceFor(req, name)
      const succeeded = await throttleLogin(limiters, name, req.ip ?? '', req.knownDevice)
      req.body = { identifier: name, password: body.password }
      const verified = await authenticateWith<Verified>(passport, 'local', req, res)
      if (!verified) throw invalidCredentials()
      const { passwordHash, ...user } = verified
      await succeeded()
      await startSession(store, req, user, ['password'], body.rememberMe ? 'remember' : 'ordinary')
      if (!(await isUnchangedSince({ id: user.id, passwordHash }))) throw await refuseAfterAll(req)
      await recordSignIn({ env, store, database, audit, mailer }, req, res, user, {
        factors: ['password'],
        trust: 'none',
      })
      logger.info('signed in', { userId: user.id, address: req.ip })
      return { message: 'Logged in successfully', user: describePrincipal(user) }
    },
  })

/** The password was changed, or the account disabled, while it was checked: the session that just began ends with the others. */
const refuseAfterAll = async (req: Request) => {
  await new Promise<void>((resolve, reject) => req.session.destroy(error => (error ? reject(error) : resolve())))
  return invalidCredentials()
}

/** What stands in a URL ends in logs and histories (ASVS 14.2.1). */
function refuseCredentialsInUrl(...[req, _res, next]: Parameters<RequestHandler>) {
  if (!['email', 'username', 'identifier', 'password'].some(name => inQuery(req, name))) return next()
  next(
    new HttpProblem(
      400,
      'credentials_in_url',
      'Credentials belong in the JSON body, never in the URL. Consider this password known and change it.',
      {
        error: 'Credentials in the URL',
      },
    ),
  )
}

const inQuery = (req: Request, name: string) => Object.hasOwn(req.query, name)

const invalidCredentials = () =>
  new HttpProblem(401, 'invalid_credentials', 'No account answers to this name and password.', {
    error: 'Invalid credentials',
  })
