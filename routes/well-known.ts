import { z } from 'zod'
import { minutes, seconds } from '../src/durations.ts'
import { endpoint } from '../src/http/endpoint.ts'
import { etagOf, sendTagged, taggedAnswer } from '../src/http/etag.ts'
import { refusals } from '../src/http/responses.ts'
import type { Deps } from '../src/services.ts'

const KEYS_FRESH = minutes(5) / seconds(1)

const JwksSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.enum(['OKP', 'RSA', 'EC']),
        crv: z.enum(['Ed25519', 'P-256']).optional(),
        x: z.string().optional(),
        y: z.string().optional(),
        n: z.string().optional(),
        e: z.string().optional(),
        kid: z.string(),
        alg: z.enum(['EdDSA', 'RS256', 'ES256']),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'JwkSet' })

export function jwksEndpoint({ keyRing }: Pick<Deps, 'keyRing'>, path = '/.well-known/jwks.json') {
  return endpoint({
    method: 'get',
    path,
    summary: 'List the public keys that verify tokens',
    description:
      'JWK Set (RFC 7517), newest first. EdDSA signs access tokens; RS256 and ES256, where the OpenID Provider is on, sign ID tokens. A key stays until the last token that it signed has expired.',
    tags: ['Token'],
    access: 'public',
    responses: {
      200: { description: 'The keys', schema: JwksSchema, contentType: 'application/jwk-set+json' },
      304: { description: 'Unchanged' },
      ...refusals(400, 503),
    },
    handler: async ({ res }) => {
      const answer = taggedAnswer(await keyRing.jwks())
      res
        .setHeader('Cache-Control', `public, max-age=${KEYS_FRESH}`)
        .setHeader('Content-Type', 'application/jwk-set+json')
      sendTagged(res, answer)
    },
  })
}

export function revokedEndpoint({ revokedFeed }: Pick<Deps, 'revokedFeed'>) {
  return endpoint({
    method: 'get',
    path: '/.well-known/revoked',
    summary: 'List the sessions whose access tokens are revoked',
    description:
      'A JWT of type `revoked-sessions+jwt`, signed by a key of the JWK Set: `sessions` lists the `sid` of each session that ended within ACCESS_TOKEN_LIFETIME, `iat` is when that list last changed.',
    tags: ['Token'],
    access: 'public',
    responses: {
      200: { description: 'The signed list', schema: z.string(), contentType: 'application/jwt' },
      304: { description: 'Unchanged' },
      ...refusals(400, 503),
    },
    handler: async ({ res }) => {
      const body = await revokedFeed()
      res.setHeader('Cache-Control', 'no-cache').setHeader('Content-Type', 'application/jwt')
      sendTagged(res, { body, etag: etagOf(body) })
    },
  })
}
