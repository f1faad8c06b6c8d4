import { hash } from 'node:crypto'
import type { Response } from 'express'

/** A weak entity tag of a body (RFC 9110, 8.8.3): weak, because compression may change its bytes on the way. */
export const etagOf = (body: string | Buffer) => `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`

/** A body that is serialized once and sent many times. */
export type TaggedAnswer = { body: string | Buffer; etag: string }

export function taggedAnswer(value: unknown): TaggedAnswer {
  const body = JSON.stringify(value)
  return { body, etag: etagOf(body) }
}

/** The answer that a cached entry keeps, made by `describe` if there is none. Code that changes the entry deletes its answer. */
export function keptAnswer(entry: { answer?: TaggedAnswer | undefined }, describe: () => unknown): TaggedAnswer {
  entry.answer ??= taggedAnswer(describe())
  return entry.answer
}

/** Sends 304 if the client's copy is current, otherwise 200 with the body (RFC 9110, 13.1.2); JSON where no type is set. */
export function sendTagged(res: Response, { body, etag }: TaggedAnswer): void {
  if (!res.hasHeader('Content-Type')) res.type('json')
  // As bytes: to the type of a string Express adds a charset.
  res.set('ETag', etag).send(Buffer.isBuffer(body) ? body : Buffer.from(body))
}
