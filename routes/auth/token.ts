import { z } from 'zod'
import { countFactors } from '../../src/factors/factors.ts'
import { strongestProof } from '../../src/factors/policy.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import type { Deps } from '../../src/services.ts'
import { signedIn } from './signed-in.ts'

const AccessTokenSchema = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds.' }),
    scope: z.string().meta({ description: 'Permissions, separated by spaces.' }),
  })
  .meta({ id: 'AccessToken' })

export function issueAccessToken({ store, accessTokens }: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/token',
    summary: 'Get an access token for this session',
    description:
      'A JWT for /api and for services that verify it with /.well-known/jwks.json. It lasts at most ACCESS_TOKEN_LIFETIME, and this server refuses it as soon as the session ends. Administrative changes need a token issued within REAUTHENTICATION_AGE of a proof of identity.',
    tags: ['Token'],
    access: 'session',
    responses: {
      200: { description: 'The token (RFC 6749, section 5.1)', schema: AccessTokenSchema },
    },
    handler: async ({ req }) => {
      const live = store.liveOf(req.session)
      if (!live) throw new Error('a handler asked for the session without requireAuthentication before it')
      const provenAt = await strongestProof(req.session.auth, () => countFactors(signedIn(req).id))
      const { token, expiresInSeconds, scope } = await accessTokens.issue(live, provenAt)
      return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds, scope }
    },
  })
}
