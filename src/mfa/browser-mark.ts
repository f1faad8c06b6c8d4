import type { Request, Response } from 'express'
import { type Env, isHttps } from '../../configs/env.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { CHALLENGE_LIFETIME } from './challenges.ts'

const NAME = 'passkey-challenge'

/** Over https with the prefix that ties it to this host and path (RFC 6265bis 4.1.3.2). */
const nameOf = (env: Pick<Env, 'BASE_URL'>) => (isHttps(env) ? `__Host-${NAME}` : NAME)

const attributesOf = (env: Pick<Env, 'BASE_URL'>) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps(env) }) as const

/**
 * Marks a browser that has no session yet, so that a challenge is answered where it was asked for, and not by a victim of somebody who
 * asked for it.
 * @returns what the challenge is bound to
 */
export const markBrowser = (env: Pick<Env, 'BASE_URL'>, res: Response): string => {
  const mark = newSecret()
  res.cookie(nameOf(env), mark, { ...attributesOf(env), maxAge: CHALLENGE_LIFETIME })
  return hashOfSecret(mark)
}

/** @returns what a challenge of this browser is bound to; the mark is taken away, for it has one use */
export const takeMark = (env: Pick<Env, 'BASE_URL'>, req: Request, res: Response): string => {
  const mark: unknown = req.cookies[nameOf(env)]
  res.clearCookie(nameOf(env), attributesOf(env))
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}
