import type { Request } from 'express'
import type { Principal } from '../identity/principal.ts'
import { claimedSid, isSameSigned, type SessionCookie, signedSid, verifySid } from './cookie.ts'
import type { LiveSession } from './row.ts'
import type { SessionStore } from './store.ts'

export type UserSession = LiveSession & { principal: Principal }

/**
 * Finds the signed-in session of the cookie (docs/decisions/0012). @throws StoreUnavailable
 * @returns undefined if the general path has to answer
 */
export async function checkSession(
  store: SessionStore,
  cookie: SessionCookie,
  req: Request,
): Promise<UserSession | undefined> {
  const signed = signedSid(cookie, req)
  if (signed === undefined) return undefined
  const cached = store.findCached(claimedSid(signed))
  const isVerified = cached?.verified !== undefined && isSameSigned(signed, cached.verified)
  if (!isVerified && verifySid(cookie, signed)?.secret !== NEWEST) return undefined
  const session = cached ?? (await store.read(claimedSid(signed)))
  if (!session?.principal || session.renew) return undefined
  session.verified = signed
  return session as UserSession
}

/** The general path signs the cookie again. */
const NEWEST = 0
