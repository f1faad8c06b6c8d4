import type { RequestHandler } from 'express'
import { problems } from '../problems.ts'
import type { Deps } from '../services.ts'
import { bearerTokenOf } from './authorization.ts'

const PERSONAL = 'lk_pat_'

/** Refuses an invalid token even where none is needed; without a token, the route decides. */
export function authenticateBearer({
  personalTokens,
  accessTokens,
}: Pick<Deps, 'personalTokens' | 'accessTokens'>): RequestHandler {
  return async (req, _res, next) => {
    const token = bearerTokenOf(req)
    if (token === undefined) return next()
    const bearer = await (token.startsWith(PERSONAL) ? personalTokens : accessTokens).authenticate(token)
    if (!bearer) throw problems.invalidToken()
    req.bearer = bearer
    next()
  }
}
