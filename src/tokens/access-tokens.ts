import { hash, randomUUID } from 'node:crypto'
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { type Env, openidIssuer } from '../../configs/env.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { LiveSession } from '../sessions/row.ts'
import type { SessionStore } from '../sessions/store.ts'
import { type AccessClaims, claimsOf } from './access-claims.ts'
import type { ApplicationGrants } from './application-grants.ts'
import { type Bearer, bearerOf } from './bearer.ts'
import type { KeyRing } from './key-ring.ts'

export const ALGORITHM = 'EdDSA'
const TYPE = 'at+jwt'
const CLOCK_TOLERANCE_SECONDS = 5
const VERIFIED_AT_MOST = 20_000

type Verified = AccessClaims & { live?: LiveSession; bearer?: Bearer }

type AccessEnv = Pick<Env, 'BASE_URL' | 'TOKEN_AUDIENCE' | 'ACCESS_TOKEN_LIFETIME' | 'OPENID_PROVIDER'>
type Options = {
  env: AccessEnv
  ring: KeyRing
  store: SessionStore
  channel: InvalidationChannel
  grants: ApplicationGrants
}

export type IssuedToken = { token: string; expiresInSeconds: number; scope: string }
export type AccessTokens = ReturnType<typeof createAccessTokens>

/** Signed tokens bound to a session (RFC 9068); each use checks the session. */
export function createAccessTokens({ env, ring, store, channel, grants }: Options) {
  // Applications get theirs from the OpenID Provider.
  const issuers = [env.BASE_URL, ...(env.OPENID_PROVIDER ? [openidIssuer(env)] : [])]
  const verified = new LRUCache<string, Verified>({ max: VERIFIED_AT_MOST })
  channel.subscribe(({ kind }) => {
    if (kind === 'keys' || kind === 'everything') verified.clear()
  })

  /** The token never outlives the session. @param provenAt becomes `auth_time` (RFC 9068, 2.2.1) */
  async function issue(
    { publicId, expires, principal }: LiveSession,
    provenAt: number | undefined,
  ): Promise<IssuedToken> {
    if (!principal) throw new Error('an anonymous session has no access token')
    const { kid, key } = await ring.signer()
    const iat = Math.floor(Date.now() / 1000)
    const exp = Math.floor(Math.min(Date.now() + env.ACCESS_TOKEN_LIFETIME, expires) / 1000)
    const permissions = [...principal.permissions].sort()
    const proof = provenAt === undefined ? {} : { auth_time: Math.floor(provenAt / 1000) }
    const token = await new SignJWT({ sid: publicId, permissions, client_id: env.BASE_URL, ...proof })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
      .setIssuer(env.BASE_URL)
      .setAudience(env.TOKEN_AUDIENCE)
      .setSubject(principal.id)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .setJti(randomUUID())
      .sign(key)
    return { token, expiresInSeconds: exp - iat, scope: permissions.join(' ') }
  }

  /** Checks signature and claims (ASVS 9.1.1, 9.1.2, 9.2.1 to 9.2.4; RFC 8725). */
  async function verify(token: string): Promise<AccessClaims | undefined> {
    const kid = keyIdOf(token)
    const key = kid && (await ring.verifier(kid))
    if (!key) return undefined
    return claimsOf(await payloadOf(token, key), env.TOKEN_AUDIENCE, CLOCK_TOLERANCE_SECONDS)
  }

  async function payloadOf(token: string, key: Parameters<typeof jwtVerify>[1]): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: issuers,
        audience: env.TOKEN_AUDIENCE,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  function accept(entry: Verified, live: LiveSession | undefined): Bearer | undefined {
    if (live?.principal?.id !== entry.userId) return undefined
    if (entry.live !== live || !entry.bearer) {
      entry.live = live
      const { sessionId: id, expires, provenAt } = entry
      const token = { kind: 'access' as const, id, expires, ...(provenAt !== undefined && { provenAt }) }
      entry.bearer = bearerOf(live.principal, entry.permissions, token)
    }
    return entry.bearer
  }

  async function isStillGranted({ issuer, sessionId, clientId }: AccessClaims, bearer: Bearer): Promise<boolean> {
    return issuer === env.BASE_URL || (await grants.isGranted(sessionId, clientId, bearer))
  }

  async function verifyNow(token: string, digest: string) {
    const entry: Verified | undefined = await verify(token)
    if (entry) verified.set(digest, entry)
    return entry
  }

  return {
    issue,

    /** Usually without SQL, except for tokens of applications. @returns undefined if the token is invalid, expired or revoked */
    authenticate: async (token: string): Promise<Bearer | undefined> => {
      const digest = hash('sha256', token, 'base64')
      // A key may have been retired while the channel was down.
      const remembered = channel.isAlive() ? verified.get(digest) : undefined
      const entry = remembered ?? (await verifyNow(token, digest))
      if (!entry || entry.expires <= Date.now()) return undefined
      const bearer = accept(entry, await store.findByPublicId(entry.sessionId))
      return bearer && (await isStillGranted(entry, bearer)) ? bearer : undefined
    },
  }
}

/** Refuses headers with other fields, such as `jku`, `jwk`, `x5u` or `crit` (ASVS 9.1.3). */
function keyIdOf(token: string): string | undefined {
  try {
    const { alg, typ, kid, ...others } = decodeProtectedHeader(token)
    return alg === ALGORITHM && typ === TYPE && Object.keys(others).length === 0 ? kid : undefined
  } catch {
    return undefined
  }
}
