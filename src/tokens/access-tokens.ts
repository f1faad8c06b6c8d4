import { hash, randomUUID } from 'node:crypto'
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Env } from '../../configs/env.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { LiveSession } from '../sessions/row.ts'
import type { SessionStore } from '../sessions/store.ts'
import { type AccessClaims, claimsOf } from './access-claims.ts'
import { type Bearer, bearerOf } from './bearer.ts'
import type { KeyRing } from './key-ring.ts'

export const ALGORITHM = 'EdDSA'
const TYPE = 'at+jwt'
/** Our own processes may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5
const VERIFIED_AT_MOST = 20_000

/** A token whose signature was checked, and who it stood for when it was last presented. */
type Verified = AccessClaims & { live?: LiveSession; bearer?: Bearer }

type AccessEnv = Pick<Env, 'BASE_URL' | 'TOKEN_AUDIENCE' | 'ACCESS_TOKEN_LIFETIME'>
type Options = { env: AccessEnv; ring: KeyRing; store: SessionStore; channel: InvalidationChannel }

export type IssuedToken = { token: string; expiresInSeconds: number; scope: string }
export type AccessTokens = ReturnType<typeof createAccessTokens>

/**
 * Access tokens (RFC 9068): signed, short-lived, and bound to the session that they were made from. The signature says who made
 * them; whether they still count, the session says at each use.
 */
export function createAccessTokens({ env, ring, store, channel }: Options) {
  const verified = new LRUCache<string, Verified>({ max: VERIFIED_AT_MOST })
  channel.subscribe(({ kind }) => {
    if (kind === 'keys' || kind === 'everything') verified.clear()
  })

  /**
   * Issues a token of a live session; it never outlives what is left of the session.
   * @param provenAt when the owner last proved who they are, as strongly as the account can; the claim `auth_time` (RFC 9068, 2.2.1)
   */
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

  /** Algorithm, type, issuer, audience, times and signature (ASVS 9.1.1, 9.1.2, 9.2.1 to 9.2.4; RFC 8725). */
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
        issuer: env.BASE_URL,
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

  /** Verifies a token that is not remembered, and remembers it. */
  async function verifyNow(token: string, digest: string) {
    const entry: Verified | undefined = await verify(token)
    if (entry) verified.set(digest, entry)
    return entry
  }

  return {
    issue,

    /** Who holds this token; in the steady state without SQL. @returns undefined for one that is invalid, expired or revoked */
    authenticate: async (token: string): Promise<Bearer | undefined> => {
      const digest = hash('sha256', token, 'base64')
      // A key may have been retired while nothing could be heard.
      const remembered = channel.isAlive() ? verified.get(digest) : undefined
      const entry = remembered ?? (await verifyNow(token, digest))
      if (!entry || entry.expires <= Date.now()) return undefined
      return accept(entry, await store.findByPublicId(entry.sessionId))
    },
  }
}

/** The key that a header names, where it has exactly our three fields: no `jku`, `jwk`, `x5u` or `crit` is even looked at (ASVS 9.1.3). */
function keyIdOf(token: string): string | undefined {
  try {
    const { alg, typ, kid, ...others } = decodeProtectedHeader(token)
    return alg === ALGORITHM && typ === TYPE && Object.keys(others).length === 0 ? kid : undefined
  } catch {
    return undefined
  }
}
