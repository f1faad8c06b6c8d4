import { hash } from 'node:crypto'
import type { Response } from 'express'

/** Weak, because compression may change the bytes (RFC 9110, 8.8.3). */
export const etagOf = (body: string | Buffer) => `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`

export type TaggedAnswer = { body: string | Buffer; etag: string }

export function taggedAnswer(value: unknown): TaggedAnswer {
  const body = JSON.stringify(value)
  return { body, etag: etagOf(body) }
}

export function keptAnswer(entry: { answer?: TaggedAnswer | undefined }, describe: () => unknown): TaggedAnswer {
  entry.answer ??= taggedAnswer(describe())
  return entry.answer
}

/** Sends 304 if the client's copy is current (RFC 9110, 13.1.2). */
export function sendTagged(res: Response, { body, etag }: TaggedAnswer): void {
  if (!res.hasHeader('Content-Type')) res.type('json')
  // Bytes, because Express adds a charset to strings.
  res.set('ETag', etag).send(Buffer.isBuffer(body) ? body : Buffer.from(body))
}
