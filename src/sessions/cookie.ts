import { createHash } from 'node:crypto'
import { parse } from 'cookie'
import { sign, unsign } from 'cookie-signature'
import type { CookieOptions, Request, Response } from 'express'

const SIGNED = 's:'

/** How the session cookie is named, signed and sent. */
export type SessionCookie = {
  name: string
  /** The first signs, all verify. */
  secrets: string[]
  attributes: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean }
}

/** The session id in a Cookie header if one of our secrets signed it; `secret` is the index of that secret. */
export const readSid = (
  { name, secrets }: SessionCookie,
  header: string | undefined,
): { sid: string; secret: number } | undefined => {
  const value = header && parse(header)[name]
  if (!value?.startsWith(SIGNED)) return undefined
  const signed = value.slice(SIGNED.length)
  for (const [index, secret] of secrets.entries()) {
    const sid = unsign(signed, secret)
    if (sid !== false) return { sid, secret: index }
  }
  return undefined
}

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
