import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { ProviderSession } from '../../models/provider-session.ts'
import type { Audit } from '../audit/audit.ts'
import { minutes, seconds } from '../durations.ts'
import { hashOfSecret } from '../encryption/one-way.ts'
import type { SessionStore } from '../sessions/store.ts'
import { boundedFetch, ProviderUnavailable } from './bounded-fetch.ts'
import type { OidcClient } from './oidc.ts'
import { SUBJECT } from './profile.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** How old a logout token may be: it is sent at once. */
const MOST_AGE = minutes(2)

/** One session at the provider, or without `sid` all of a person. */
export type SignedOut = { issuer: string; subject?: string | undefined; sid?: string | undefined }

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6).
 * @returns undefined for one that is wrong
 * @throws ProviderUnavailable and openid-client's errors where the keys cannot be read
 */
export async function verifyLogoutToken(
  { settings, signingKeys }: OidcClient,
  token: string,
): Promise<SignedOut | undefined> {
  const { issuer, jwksUri } = await signingKeys()
  if (jwksUri === undefined) return undefined
  const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: boundedFetch })
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: settings.clientId,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
      maxTokenAge: MOST_AGE / seconds(1),
      requiredClaims: ['exp', 'jti'],
    })
    const { sub, sid, events, nonce } = payload
    const isLogout = typeof events === 'object' && events !== null && EVENT in events && nonce === undefined
    const session = typeof sid === 'string' ? sid : undefined
    if (!isLogout || (sub === undefined ? session === undefined : !isSubject(sub))) return undefined
    return { issuer, subject: sub, sid: session }
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error
    return undefined
  }
}

function isSubject(sub: unknown): boolean {
  return typeof sub === 'string' && SUBJECT.test(sub)
}

/**
 * Ends the sessions that began with a sign-in at a provider, once that ended there.
 * @returns how many
 */
export async function endProviderSessions(
  { store, audit }: { store: SessionStore; audit: Audit },
  { issuer, subject, sid }: SignedOut,
): Promise<number> {
  const sidHash = sid === undefined ? undefined : hashOfSecret(sid)
  const sessions = await ProviderSession.findAll({
    where: { issuer, ...(subject !== undefined && { subject }), ...(sidHash !== undefined && { sidHash }) },
  })
  let ended = 0
  for (const { sessionId, userId } of sessions) {
    if (!(await store.end(sessionId, 'provider-signed-out'))) continue
    await audit.record('session_ended', { userId, sessionId, details: { reason: 'provider-signed-out' } })
    ended++
  }
  await ProviderSession.destroy({ where: { sessionId: sessions.map(({ sessionId }) => sessionId) } })
  return ended
}
