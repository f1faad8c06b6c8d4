import type { RequestHandler } from 'express'
import type { Deps } from '../deps.ts'
import type { Bearer } from '../tokens/bearer.ts'
import { bearerTokenOf, invalidToken } from './authorization.ts'

const PERSONAL = 'lk_pat_'

/**
 * Stands before everything under /api: says in `req.bearer` whose token a request carries. A token that is not good is refused here,
 * also where none is needed; a request without one goes on as nobody, and the guards of its route decide.
 */
export const authenticateBearer =
  ({ personalTokens, accessTokens }: Pick<Deps, 'personalTokens' | 'accessTokens'>): RequestHandler =>
  (req, _res, next) => {
    const token = bearerTokenOf(req)
    if (token === undefined) return next()
    const pass = (bearer: Bearer | undefined) => {
      if (!bearer) return next(invalidToken())
      req.bearer = bearer
      next()
    }
    const found = token.startsWith(PERSONAL) ? personalTokens.authenticate(token) : accessTokens.authenticate(token)
    if (found instanceof Promise) found.then(pass, next)
    else pass(found)
  }
