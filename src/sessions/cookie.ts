import { createHash } from 'node:crypto'
import { parse } from 'cookie'
import { sign, unsign } from 'cookie-signature'
import type { CookieOptions, Request, Response } from 'express'
import type { LRUCache } from 'lru-cache'

const SIGNED = 's:'

/** A correctly signed session id; `secret` is the index of the secret that signed it. */
type PresentedSid = { sid: string; secret: number }

/** How the session cookie is named, signed and sent. */
export type SessionCookie = {
  name: string
  /** The first signs, all verify. */
  secrets: string[]
  attributes: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean }
  /** What was verified before, by the signed value: a client sends the same one all day, and its HMAC costs more than the rest. */
  verified: LRUCache<string, PresentedSid>
}

/** The session id in a Cookie header if one of our secrets signed it. */
export const readSid = (cookie: SessionCookie, header: string | undefined): PresentedSid | undefined => {
  const value = header && parse(header)[cookie.name]
  if (!value?.startsWith(SIGNED)) return undefined
  const signed = value.slice(SIGNED.length)
  return cookie.verified.get(signed) ?? verify(cookie, signed)
}

const verify = ({ secrets, verified }: SessionCookie, signed: string): PresentedSid | undefined => {
  for (const [secret, key] of secrets.entries()) {
    const sid = unsign(signed, key)
    if (sid === false) continue
    const presented = { sid: copyOf(sid), secret }
    verified.set(copyOf(signed), presented)
    return presented
  }
  return undefined
}

/** A part of a string keeps the whole string in memory, here the Cookie header. */
const copyOf = (text: string) => Buffer.from(text).toString()

/** The correctly signed session id that this request presented, live or dead. */
export const presentedSid = (cookie: SessionCookie, req: Request) => readSid(cookie, req.headers.cookie)?.sid

/** What may be stored or shown to tell the secrets apart: 64 bits of a hash, never the secret. */
export const secretId = (secret: string) =>
  createHash('sha256').update(`latchkey secret id\n${secret}`).digest('hex').slice(0, 16)

/** Sends the same session again under the newest secret. */
export const resign = (
  cookie: SessionCookie,
  res: Response,
  { sid, absoluteExpires }: { sid: string; absoluteExpires: number },
) => {
  const [secret = ''] = cookie.secrets
  res.cookie(cookie.name, SIGNED + sign(sid, secret), {
    ...cookie.attributes,
    expires: new Date(absoluteExpires),
  } satisfies CookieOptions)
}

/** Takes the cookie away by its configured name and attributes. */
export const clear = (cookie: SessionCookie, res: Response) => res.clearCookie(cookie.name, cookie.attributes)
