import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Client } from '../../models/client.ts'
import { minutes, seconds } from '../durations.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import type { Notice } from './logout-queue.ts'

const TIMEOUT = seconds(5)
const LIFETIME = minutes(2)
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Signed like the client's ID tokens (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
export async function signLogoutToken(
  keyRing: KeyRing,
  issuer: string,
  client: Client,
  notice: Notice,
): Promise<string> {
  const { kid, key } = await keyRing.signer(client.idTokenAlgorithm)
  const issuedAt = Math.floor(Date.now() / seconds(1))
  const token = new SignJWT({ sid: notice.sessionId, events: { [EVENT]: {} } })
    .setProtectedHeader({ alg: client.idTokenAlgorithm, kid, typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience(client.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME / seconds(1))
    .setJti(randomUUID())
  if (notice.userId) token.setSubject(notice.userId)
  return await token.sign(key)
}

/** `status` is undefined if the application did not answer, for this reason. */
export type Answer = { status: number; reason: string } | { status?: undefined; reason: string }

/** Follows no redirect and reads no body. */
export async function postLogoutToken(uri: string, token: string, stop: AbortSignal): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  try {
    const { status, body } = await fetch(uri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      redirect: 'manual',
      signal: AbortSignal.any([stop, timeout]),
    })
    await body?.cancel()
    return { status, reason: `status ${status}` }
  } catch {
    return { reason: timeout.aborted ? 'no answer in time' : 'unreachable' }
  }
}
