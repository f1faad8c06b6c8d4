import type { Request, Response } from 'express'
import { problems } from '../problems.ts'
import { etagOf } from './etag.ts'

/** Sets the entity tag of what a change leaves; a read gets its own from Express (`etag` in app.ts). @returns the body */
export function tagged<Body>(res: Response, body: Body): Body {
  res.setHeader('ETag', etagOf(JSON.stringify(body)))
  return body
}

/**
 * Lets a change pass only where the client saw what it changes (RFC 9110, 13.1.1; RFC 6585, 3), so that of two editors none overwrites
 * the other unseen. Weak tags are compared too: ours change with the content alone.
 * @param current the body as it would be answered now
 * @throws 428 without If-Match, 412 where the tag is another
 */
export function demandMatch(req: Request, current: unknown) {
  const given = req.headers['if-match']
  if (given === undefined) throw problems.preconditionRequired()
  const tag = etagOf(JSON.stringify(current))
  const tags = given.split(',').map(each => each.trim())
  if (!tags.includes('*') && !tags.includes(tag)) throw problems.preconditionFailed(tag)
}
