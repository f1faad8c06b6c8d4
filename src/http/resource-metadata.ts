import type { ErrorRequestHandler } from 'express'
import { isProblem, withHeader } from '../problems.ts'

const CHALLENGE = 'WWW-Authenticate'

/** Tells programs that lack a token where to read about getting one (RFC 9728, section 5.1). */
export function pointToMetadata(address: string): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    const challenge = isProblem(error) ? error.extras.headers?.[CHALLENGE] : undefined
    if (challenge === undefined) return next(error)
    next(withHeader(error, CHALLENGE, `${challenge}, resource_metadata="${address}"`))
  }
}
