import type { Request, Response } from 'express'
import { problems } from '../problems.ts'
import { etagOf } from './etag.ts'

export function tagged<Body>(res: Response, body: Body): Body {
  res.setHeader('ETag', etagOf(JSON.stringify(body)))
  return body
}

/**
 * Prevents lost updates (RFC 9110, 13.1.1; RFC 6585, 3). Our weak tags change with content only.
 * @throws 428 without If-Match, 412 if the tag differs
 */
export function demandMatch(req: Request, current: unknown) {
  const given = req.headers['if-match']
  if (given === undefined) throw problems.preconditionRequired()
  const tag = etagOf(JSON.stringify(current))
  const tags = given.split(',').map(each => each.trim())
  if (!tags.includes('*') && !tags.includes(tag)) throw problems.preconditionFailed(tag)
}
