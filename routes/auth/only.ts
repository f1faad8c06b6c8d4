import type { RequestHandler } from 'express'
import type { Env } from '../../configs/env.ts'
import { demandOffered, type Way } from '../../src/sign-in/ways.ts'

/** A guard for what belongs to a way to sign in that SIGN_IN_WITH may leave out. */
export function only(env: Pick<Env, 'SIGN_IN_WITH'>, way: Way): RequestHandler {
  return (_req, _res, next) => {
    demandOffered(env, way)
    next()
  }
}
