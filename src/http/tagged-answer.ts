import type { Request, Response } from 'express'
import { etagOf } from './etag.ts'

/**
 * Answers a value as JSON under the status that is set; a safe request with its entity tag, or by 304. What Express's own `res.json`
 * does, but as a string, which goes out in one write with the headers: its Buffer goes out in a second one.
 */
export const sendJson = (req: Request, res: Response, value: unknown) => {
  if (req.method === 'GET' || req.method === 'HEAD') sendTagged(req, res, taggedAnswer(value))
  else sendBody(req, res, JSON.stringify(value))
}

/** A JSON body that is serialised once and answered many times. */
export type TaggedAnswer = { body: string; etag: string }

export const taggedAnswer = (value: unknown): TaggedAnswer => {
  const body = JSON.stringify(value)
  return { body, etag: etagOf(body) }
}

/** Answers 200 with the body, or 304 to who has it already (RFC 9110, 13.1.2). */
export const sendTagged = (req: Request, res: Response, { body, etag }: TaggedAnswer) => {
  res.setHeader('ETag', etag)
  if (req.fresh) {
    res.statusCode = 304
    res.end()
    return
  }
  sendBody(req, res, body)
}

const sendBody = (req: Request, res: Response, body: string) => {
  if (!res.hasHeader('Content-Type')) res.setHeader('Content-Type', 'application/json; charset=utf-8')
  const length = Buffer.byteLength(body)
  res.setHeader('Content-Length', length)
  // What is ASCII is written byte by byte.
  const encoding = length === body.length ? 'latin1' : 'utf8'
  res.end(req.method === 'HEAD' ? undefined : body, encoding)
}
