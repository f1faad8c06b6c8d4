import { z } from 'zod'
import { clientAddress } from '../../../src/client-address.ts'
import { optionsToSignIn } from '../../../src/factors/passkeys.ts'
import { deviceClientOf, setChallengeCookie, takeChallengeCookie } from '../../../src/http/browser-cookies.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { refusals } from '../../../src/http/responses.ts'
import type { Deps } from '../../../src/services.ts'
import { verifiedByPasskey } from '../../../src/sign-in/passkey.ts'
import { signIn } from '../../../src/sign-in/sign-in.ts'
import { throttleChallenges } from '../../../src/sign-in/throttle.ts'
import { answerSignIn } from '../answer-sign-in.ts'
import { LoggedInSchema } from '../login.ts'
import { only } from '../only.ts'
import { AssertionSchema, RequestOptionsSchema } from '../passkey-schemas.ts'
import { sessionOf } from '../signed-in.ts'

const PasskeyLogin = z
  .strictObject({
    credential: AssertionSchema,
    rememberMe: z
      .boolean()
      .optional()
      .meta({ description: 'Stay signed in for SESSION_REMEMBER instead of SESSION_ABSOLUTE.' }),
  })
  .meta({
    id: 'PasskeyLogin',
    example: {
      credential: {
        id: 'AQIDBA',
        rawId: 'AQIDBA',
        type: 'public-key',
        response: { clientDataJSON: 'e30', authenticatorData: 'AQID', signature: 'AQID' },
      },
    },
  })

export function passkeyLoginOptionsEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login/passkey/options',
    summary: 'Start to sign in with a passkey',
    description:
      'The answer is the same for everybody. The challenge is valid for five minutes, once, in this browser.',
    tags: ['Session'],
    access: 'public',
    responses: {
      200: { description: 'For navigator.credentials.get', schema: RequestOptionsSchema },
      ...refusals(429),
    },
    guards: [only(deps.env, 'passkey')],
    handler: async ({ req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      return optionsToSignIn(deps, setChallengeCookie(req, res))
    },
  })
}

export function passkeyLoginEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/login/passkey',
    summary: 'Sign in with a passkey',
    description: 'Without a password: the authenticator verifies the user, so this counts as both factors.',
    tags: ['Session'],
    access: 'public',
    request: { body: PasskeyLogin },
    responses: {
      200: { description: 'Signed in', schema: LoggedInSchema },
      ...refusals(401, 429),
    },
    guards: [only(deps.env, 'passkey')],
    handler: async ({ body: { credential, rememberMe: remember = false }, req, res }) => {
      const client = deviceClientOf(req)
      const verified = await verifiedByPasskey(deps, client.address, credential, takeChallengeCookie(req, res))
      const used = { credentialId: credential.id }
      const replaces = sessionOf(deps.store, req)
      const result = await signIn(deps, client, verified, { factors: ['passkey'], used, remember, replaces })
      return answerSignIn(deps, req, res, result)
    },
  })
}
