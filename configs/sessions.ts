import type { RequestHandler } from 'express'
import session from 'express-session'
import type { InvalidationChannel } from '../src/invalidation/channel.ts'
import type { SessionCookie } from '../src/sessions/cookie.ts'
import { createLifetimes } from '../src/sessions/lifetimes.ts'
import { SessionStore } from '../src/sessions/store.ts'
import type { Database } from './database.ts'
import { cookieName, type Env, isHttps } from './env.ts'
import type { Logger } from './logger.ts'

/** Cookie attributes are explained in docs/decisions/0003. */
export const createSessionCookie = (env: Env): SessionCookie => ({
  name: cookieName(env),
  secrets: env.SESSION_SECRET,
  attributes: { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(env) },
})

export const createSessionStore = (
  env: Env,
  cookie: SessionCookie,
  database: Database,
  channel: InvalidationChannel,
  logger: Logger,
) =>
  new SessionStore({
    database,
    channel,
    logger,
    lifetimes: createLifetimes(env),
    cookie,
    cacheSize: env.SESSION_CACHE,
  })

/** express-session over our store: no row and no cookie for who does not sign in, nothing written that did not change. */
export const sessionMiddleware = (env: Env, store: SessionStore, cookie: SessionCookie): RequestHandler =>
  session({
    name: cookie.name,
    secret: cookie.secrets,
    store,
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { ...cookie.attributes, maxAge: env.SESSION_ABSOLUTE },
  })
