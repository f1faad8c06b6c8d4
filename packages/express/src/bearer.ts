import type { Request } from 'express'
import type { Settings } from './options.ts'
import type { Provider } from './provider.ts'
import { isEnded, keysOf } from './session.ts'
import { type LatchkeyUser, userOf } from './user.ts'

/** A token longer than this is not one of Latchkey's. */
const LONGEST = 8192

/** @returns the token; undefined where the request has none, and then its cookie counts */
export function bearerTokenOf({ headers }: Request): string | undefined {
  const match = /^Bearer(?: +(.*))?$/i.exec(headers.authorization ?? '')
  return match ? (match[1] ?? '') : undefined
}

/**
 * Verifies an access token (RFC 9068) without a request for each.
 * @returns undefined for one that is wrong
 * @throws ProviderUnavailable
 */
export async function userOfToken(
  { audience, endedSessions }: Settings,
  provider: Provider,
  token: string,
): Promise<LatchkeyUser | undefined> {
  if (audience === undefined || token.length > LONGEST) return undefined
  const requiredClaims = ['exp', 'iat', 'sub']
  const payload = await provider.verify(token, { audience, typ: 'at+jwt', requiredClaims })
  if (payload?.sub === undefined || payload.iat === undefined) return undefined
  const sid = typeof payload.sid === 'string' ? payload.sid : undefined
  if (await isEnded(endedSessions, keysOf({ sub: payload.sub, sid }), payload.iat)) return undefined
  return userOf(payload.sub, payload, 'token')
}
