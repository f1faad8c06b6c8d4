import type { RequestHandler } from 'express'
import { z } from 'zod'
import { clientOf } from '../../src/client-address.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { authenticateWith } from '../../src/http/passport.ts'
import { refusals } from '../../src/http/responses.ts'
import { IdentifierSchema } from '../../src/identity/identifiers.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { describePrincipal, PrincipalSchema } from '../../src/sessions/describe.ts'
import { authenticatedBy } from '../../src/sessions/facts.ts'
import { sessionOf } from './signed-in.ts'

export function bypassEndpoint({ env, passport, store, logger }: Deps) {
  const refuseUnlessOn: RequestHandler = (_req, _res, next) =>
    next(env.BYPASS_AUTH ? undefined : problems.bypassDisabled())

  return endpoint({
    method: 'get',
    path: '/auth/bypass',
    summary: 'Sign in without a password (development only)',
    description:
      'Passport strategy `token`. Off unless BYPASS_AUTH=true, which production refuses to start with. Creates an unknown user, without roles.',
    tags: ['Session'],
    access: 'public',
    request: {
      query: z.object({
        token: IdentifierSchema.optional().meta({ description: 'The username to sign in as.', example: 'ada' }),
      }),
    },
    responses: {
      200: { description: 'The user, for a client that prefers JSON', schema: PrincipalSchema },
      302: { description: 'To `/`, for a browser' },
      ...refusals(400, 401, 503),
    },
    guards: [refuseUnlessOn],
    handler: async ({ query: { token }, req, res }) => {
      if (!token) throw problems.missingBypassToken()
      const user = await authenticateWith(passport, 'token', req, res)
      if (!user) throw problems.unusableBypassUser()
      const facts = { auth: authenticatedBy(['bypass']), passport: { user: user.id } }
      store.adopt(req, await store.create(facts, user, clientOf(req), sessionOf(store, req)))
      logger.warn('signed in without a password because BYPASS_AUTH is on', { userId: user.id })
      if (req.accepts(['json', 'html']) === 'html') return void res.status(302).location('/').end()
      return describePrincipal(user)
    },
  })
}
