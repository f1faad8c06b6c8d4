import { createHash, timingSafeEqual } from 'node:crypto'
import { parse } from 'cookie'
import { sign, unsign } from 'cookie-signature'
import type { CookieOptions, Request, Response } from 'express'
import { seconds } from '../durations.ts'
import type { OwnCookie } from './row.ts'

const SIGNED = 's:'

/** `secret` is the index of the secret that signed it. */
type PresentedSid = { sid: string; secret: number }

/** Browsers store a cookie's expiry in whole seconds. */
const CLOCK_SLACK = seconds(1)

export type SessionCookie = {
  name: string
  secrets: string[]
  attributes: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean }
}

/** `<sid>.<signature>`, not yet verified. */
export function signedSid({ name }: SessionCookie, req: Request): string | undefined {
  const { cookie } = req.headers
  const value = cookie && parse(cookie)[name]
  return value?.startsWith(SIGNED) ? value.slice(SIGNED.length) : undefined
}

/** Does not verify the signature. */
export function claimedSid(signed: string): string {
  return signed.slice(0, signed.lastIndexOf('.'))
}

/** In constant time, so that a signature cannot be guessed byte by byte (ASVS 11.2.4). */
export function isSameSigned(presented: string, verified: string): boolean {
  const [one, other] = [Buffer.from(presented), Buffer.from(verified)]
  return one.length === other.length && timingSafeEqual(one, other)
}

export function verifySid({ secrets }: SessionCookie, signed: string): PresentedSid | undefined {
  const secret = secrets.findIndex(each => unsign(signed, each) !== false)
  return secret === -1 ? undefined : { sid: claimedSid(signed), secret }
}

export function presentedSid(cookie: SessionCookie, req: Request): PresentedSid | undefined {
  const signed = signedSid(cookie, req)
  return signed === undefined ? undefined : verifySid(cookie, signed)
}

/** 64 bits of a hash, to tell secrets apart without storing or showing them. */
export function secretId(secret: string) {
  return createHash('sha256').update(`latchkey secret id\n${secret}`).digest('hex').slice(0, 16)
}

export function resign(
  cookie: SessionCookie,
  res: Response,
  { sid, absoluteExpires }: { sid: string; absoluteExpires: number },
) {
  const [newest = ''] = cookie.secrets
  res.cookie(cookie.name, SIGNED + sign(sid, newest), {
    ...cookie.attributes,
    expires: new Date(absoluteExpires),
  } satisfies CookieOptions)
}

export function clear(cookie: SessionCookie, res: Response) {
  return res.clearCookie(cookie.name, cookie.attributes)
}

export function plainCookie(cookie: object = {}): OwnCookie {
  const { expires: _, ...plain }: OwnCookie = 'data' in cookie ? (cookie.data as OwnCookie) : { ...cookie }
  return plain
}

/** express-session computes `originalMaxAge` from the clock, so it is compared loosely. */
export function cookieChanges(before: OwnCookie, after: OwnCookie): OwnCookie {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => !isSameAttribute(before[key], value)))
}

function isSameAttribute(before: unknown, after: unknown) {
  const areNumbers = typeof before === 'number' && typeof after === 'number'
  return areNumbers ? Math.abs(before - after) < CLOCK_SLACK : before === after
}
