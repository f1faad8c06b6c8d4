import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { optionsToProve } from '../../src/factors/passkeys.ts'
import { deviceClientOf } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { completeSignIn } from '../../src/sign-in/sign-in.ts'
import { throttleChallenges } from '../../src/sign-in/throttle.ts'
import { answerSignIn } from './answer-sign-in.ts'
import { exactlyOneOf, RecoveryCodeSchema, TotpCodeSchema } from './factor-schemas.ts'
import { LoggedInSchema } from './login.ts'
import { AssertionSchema, RequestOptionsSchema } from './passkey-schemas.ts'
import { pendingLogin, publicIdOf } from './signed-in.ts'

const rememberDevice = z
  .boolean()
  .optional()
  .meta({ description: 'Do not ask this browser for a second factor again.' })

const SecondFactorBody = z
  .strictObject({
    code: TotpCodeSchema.optional(),
    recoveryCode: RecoveryCodeSchema.optional(),
    passkey: AssertionSchema.optional(),
    rememberDevice,
  })
  .refine(...exactlyOneOf('code', 'recoveryCode', 'passkey'))
  .meta({ id: 'SecondFactor', example: { code: '492039' } })

export function secondFactorEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/second-factor',
    summary: 'Finish signing in with a second factor',
    description:
      'With the cookie of a sign-in that requires it. Ten attempts within ten minutes; after that the password is required again.',
    tags: ['Session'],
    access: 'pending-sign-in',
    request: { body: SecondFactorBody },
    responses: {
      200: { description: 'Signed in', schema: LoggedInSchema },
    },
    handler: async ({ body: { rememberDevice: trustDevice = false, ...proof }, req, res }) => {
      const pending = { ...pendingLogin(req), publicId: publicIdOf(deps.store, req) }
      const result = await completeSignIn(deps, deviceClientOf(req), pending, proof, { trustDevice })
      return answerSignIn(deps, req, res, result)
    },
  })
}

export function secondFactorOptionsEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/second-factor/options',
    summary: 'Start to use a passkey as the second factor',
    tags: ['Session'],
    access: 'pending-sign-in',
    responses: {
      200: { description: 'For navigator.credentials.get', schema: RequestOptionsSchema },
      ...refusals(404),
    },
    handler: async ({ req }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      return optionsToProve(deps, pendingLogin(req).userId, {
        purpose: 'second-factor',
        boundTo: publicIdOf(deps.store, req),
      })
    },
  })
}
