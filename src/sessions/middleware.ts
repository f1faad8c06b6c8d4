import type { RequestHandler } from 'express'
import session from 'express-session'
import type { Database } from '../../configs/database.ts'
import { cookieName, type Env, isHttps } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import type { Redis } from '../../configs/redis.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { SessionCookie } from './cookie.ts'
import { createLifetimes } from './lifetimes.ts'
import { SessionStore } from './store.ts'
import { SessionTable } from './table.ts'

/** Cookie attributes: docs/decisions/0003. */
export function createSessionCookie(env: Env): SessionCookie {
  return {
    name: cookieName(env),
    secrets: env.SESSION_SECRET,
    attributes: { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(env) },
  }
}

/** @param redis that keeps what the sessions contain; loaded only where it is switched on */
export async function openSessionTable(database: Database, redis: Redis | undefined, logger: Logger) {
  if (!redis) return new SessionTable(database, logger)
  const { RedisSessionTable } = await import('./redis-table.ts')
  return new RedisSessionTable(database, redis, logger)
}

export function createSessionStore(
  env: Env,
  cookie: SessionCookie,
  database: Database,
  channel: InvalidationChannel,
  table: SessionTable,
) {
  return new SessionStore({
    database,
    table,
    channel,
    lifetimes: createLifetimes(env),
    cookie,
    cacheSize: env.SESSION_CACHE,
  })
}

export function sessionMiddleware(env: Env, store: SessionStore, cookie: SessionCookie): RequestHandler {
  return session({
    name: cookie.name,
    secret: cookie.secrets,
    store,
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { ...cookie.attributes, maxAge: env.SESSION_ABSOLUTE },
  })
}
