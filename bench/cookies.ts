import { randomBytes } from 'node:crypto'
import { sign } from 'cookie-signature'

/** All subjects sign with this secret and use this name, so that one list of cookies serves all of them. */
export const BENCH_SECRET = 'bench-only-secret-that-protects-nothing-at-all'
export const BENCH_COOKIE = 'connect.sid'

export function newSid(): string {
  return randomBytes(24).toString('base64url')
}

/** A header line as express-session's clients send it. */
export function cookieLine(sid: string): string {
  return `Cookie: ${BENCH_COOKIE}=${encodeURIComponent(`s:${sign(sid, BENCH_SECRET)}`)}`
}
