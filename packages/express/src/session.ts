import { randomBytes } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { EndedSessions } from './ended-sessions.ts'
import type { SignedIn } from './provider.ts'
import { type LatchkeyUser, userOf } from './user.ts'

/** What the session cookie holds, encrypted. Times are in seconds since 1970. */
export type Session = {
  id: string
  sub: string
  /** The session at the login server. */
  sid: string | undefined
  user: LatchkeyUser
  /** By the login server's clock. */
  issuedAt: number
  checkedAt: number
  expiresAt: number
  idToken: string | undefined
  refreshToken: string | undefined
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}

export function createSession(
  { sub, sid, issuedAt, claims, idToken, refreshToken }: SignedIn,
  maxAge: number,
): Session {
  const id = randomBytes(16).toString('base64url')
  const user = userOf(sub, claims, 'session')
  const checkedAt = secondsNow()
  return { id, sub, sid, user, issuedAt, checkedAt, expiresAt: checkedAt + maxAge, idToken, refreshToken }
}

export function toPayload({ id, sub, sid, user, issuedAt, checkedAt, expiresAt, ...tokens }: Session): JWTPayload {
  const { name, email, emailVerified: email_verified, username: preferred_username, groups, permissions } = user
  const claims = { name, email, email_verified, preferred_username, groups, permissions }
  return { jti: id, sub, sid, claims, iat: issuedAt, chk: checkedAt, exp: expiresAt, ...tokens }
}

/** @param payload of a cookie that this app sealed */
export function sessionOf(payload: JWTPayload | undefined): Session | undefined {
  if (!payload) return undefined
  const { jti: id, sub, iat: issuedAt, chk: checkedAt, exp: expiresAt, claims } = payload
  if (id === undefined || sub === undefined || issuedAt === undefined || expiresAt === undefined) return undefined
  if (typeof checkedAt !== 'number' || typeof claims !== 'object') return undefined
  const user = userOf(sub, { ...claims }, 'session')
  const [sid, idToken, refreshToken] = [payload.sid, payload.idToken, payload.refreshToken].map(textOf)
  return { id, sub, sid, user, issuedAt, checkedAt, expiresAt, idToken, refreshToken }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Keys under which a session can end: alone, with the session at the login server, or with all of its person. */
export const keyOf = {
  session: (id: string) => `id:${id}`,
  central: (sid: string) => `sid:${sid}`,
  person: (sub: string) => `sub:${sub}`,
}

export function keysOf({ id, sub, sid }: { id?: string; sub: string; sid: string | undefined }): string[] {
  const keys = [keyOf.person(sub)]
  if (sid !== undefined) keys.push(keyOf.central(sid))
  if (id !== undefined) keys.push(keyOf.session(id))
  return keys
}

/** @throws what the store throws */
export async function isEnded(store: EndedSessions, keys: string[], issuedAt: number): Promise<boolean> {
  const entries = await store.find(keys)
  return entries.some(until => until !== null && until !== undefined && issuedAt <= Number(until))
}
