import { createHash, hkdfSync } from 'node:crypto'
import type { Request, Response } from 'express'
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose'
import type { Settings } from './options.ts'

/** Browsers drop a cookie of more than 4096 bytes, name and attributes included. */
const MAX_VALUE = 3800

/** Encrypts one kind of cookie. @returns `seal` and `open` */
export function createSealer({ secrets, issuer, clientId }: Settings, purpose: 'session' | 'sign-in') {
  const info = JSON.stringify(['@latchkey/express', purpose, issuer.href, clientId])
  const keys = secrets.map(secret => new Uint8Array(hkdfSync('sha256', secret, '', info, 32)))

  /** @returns undefined if no cookie can hold it */
  async function seal(payload: JWTPayload): Promise<string | undefined> {
    const [key] = keys
    if (!key) return undefined
    const value = await new EncryptJWT(payload).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
    return value.length > MAX_VALUE ? undefined : value
  }

  /** @returns undefined for a value that expired or was not made by `seal` */
  async function open(value: string | undefined): Promise<JWTPayload | undefined> {
    if (value === undefined || value.length > MAX_VALUE) return undefined
    for (const key of keys) {
      const opened = await decrypt(value, key)
      if (opened) return opened
    }
    return undefined
  }

  return { seal, open }
}

async function decrypt(value: string, key: Uint8Array): Promise<JWTPayload | undefined> {
  const rules = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'], requiredClaims: ['exp'] }
  try {
    return (await jwtDecrypt(value, key, rules)).payload
  } catch {
    return undefined
  }
}

/** Named for the client, because apps on other ports of the same host share its cookies. */
export function cookieNameOf({ issuer, clientId }: Settings, origin: string): string {
  const hash = createHash('sha256').update(`${issuer.href} ${clientId}`).digest('hex').slice(0, 8)
  return `${isHttps(origin) ? '__Host-' : ''}latchkey-app-${hash}`
}

/** The cookies of a request by name; of two with one name, the first. */
export function cookiesOf(req: Request): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
}

/** @param maxAge in seconds; without it, the cookie ends with the browser */
export function setCookie(res: Response, origin: string, name: string, value: string, maxAge?: number) {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  const secure = isHttps(origin) ? '; Secure' : ''
  res.append('Set-Cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`)
  res.setHeader('Cache-Control', 'no-store')
}

export function clearCookie(res: Response, origin: string, name: string) {
  setCookie(res, origin, name, '', 0)
}

function isHttps(origin: string): boolean {
  return origin.startsWith('https:')
}
