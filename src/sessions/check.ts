import type { Request } from 'express'
import type { Principal } from '../identity/principal.ts'
import { claimedSid, isSameSigned, type SessionCookie, signedSid, verifySid } from './cookie.ts'
import type { LiveSession } from './row.ts'
import type { SessionStore } from './store.ts'

/** A live session that somebody signed in to. */
export type UserSession = LiveSession & { principal: Principal }

/**
 * The session check (docs/decisions/0012): whom the cookie of a request stands for, by its signature and the store.
 * @returns undefined where the general path has to answer: nobody is signed in, or the session is to get a new id or a new signature
 * @throws StoreUnavailable
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

/** A cookie under an older secret is signed again on the general path. */
const NEWEST = 0
