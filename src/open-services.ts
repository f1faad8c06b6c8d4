import { openDatabase } from '../configs/database.ts'
import type { Env } from '../configs/env.ts'
import { createLimiters } from '../configs/limiter.ts'
import { createLogger, type Logger } from '../configs/logger.ts'
import { createMigrator } from '../configs/migrations.ts'
import { createAudit } from './audit/audit.ts'
import { createDelayedWork } from './delayed-work.ts'
import { createSealer } from './encryption/sealer.ts'
import { type Extensions, permissionsOf, prepareExtensions } from './extensions.ts'
import { createFailures } from './factors/failures.ts'
import { createProviders } from './federation/providers.ts'
import { openForwardAuth } from './forward-auth/open.ts'
import { currentOrigin, currentRequestId } from './http/context.ts'
import { createPassport } from './http/passport.ts'
import { openInvalidationChannel } from './invalidation/open.ts'
import { createMailer } from './mail/mailer.ts'
import { createPasswordHasher } from './passwords/hash.ts'
import { createPasswordJudge } from './passwords/judge.ts'
import { createReadiness } from './readiness.ts'
import type { Deps } from './services.ts'
import { createSessionCookie, createSessionStore, openSessionTable } from './sessions/middleware.ts'
import { openTokens } from './tokens/open.ts'

/** Migrates first, because statements are prepared on the tables. @throws DatabaseUnavailable */
export async function openDeps(env: Env, extensions: Extensions): Promise<Deps & { close(): Promise<void> }> {
  const logger = createLogger(env, currentRequestId)
  const tracing = await openTracing(env, logger)
  const plainDatabase = await openDatabase(env, logger)
  const database = tracing ? tracing.traceDatabase(plainDatabase) : plainDatabase
  const { sequelize } = database
  const migrator = createMigrator(database, logger)
  await migrator.up()
  const redis = await openRedis(env, logger)
  const redisOfSessions = env.SESSION_STORE === 'redis' ? redis : undefined
  const readiness = createReadiness({ database, redis, migrator, logger })
  const channel = await openInvalidationChannel(database, redisOfSessions, logger)
  const plainHasher = createPasswordHasher({ cost: env.BCRYPT_COST, threads: env.HASH_THREADS, queue: env.HASH_QUEUE })
  const hasher = tracing ? tracing.traceHasher(plainHasher) : plainHasher
  const judge = createPasswordJudge({ queue: env.HASH_QUEUE })
  const cookie = createSessionCookie(env)
  const table = await openSessionTable(database, redisOfSessions, logger)
  const store = createSessionStore(env, cookie, database, channel, table)
  const limiters = createLimiters(database, env, redis)
  const sealer = createSealer(env.ENCRYPTION_KEYS)
  const metrics = await openMetrics(env)
  const plainAudit = createAudit(sequelize, sealer, logger, currentOrigin)
  const audit = metrics ? metrics.countEvents(plainAudit) : plainAudit
  const mailer = createMailer(sealer)
  const delayed = createDelayedWork(logger)
  const tokens = await openTokens({ env, database, sealer, channel, store })
  const forwardAuth = env.FORWARD_AUTH ? openForwardAuth({ env, sealer, store, ...tokens }) : undefined
  const permissions = [...(extensions.permissions ?? []), ...(forwardAuth?.permissions ?? [])]
  await prepareExtensions({ ...extensions, permissions }, { sequelize, audit })
  const openidProvider = await openOpenidProvider({
    env,
    store,
    logger,
    keyRing: tokens.keyRing,
    permissions: permissionsOf(extensions),
  })
  const failures = createFailures({ env, sequelize, audit, mailer })
  const providers = createProviders(env, logger)
  const passport = createPassport({
    store,
    providers,
    hasher,
    failures,
    limiters,
    bypass: env.BYPASS_AUTH ? 'on' : 'off',
  })

  async function close() {
    await delayed.finish()
    readiness.close()
    await channel.close()
    await redis?.close()
    await hasher.close()
    await judge.close()
    await database.close()
    await tracing?.close()
  }

  return {
    env,
    logger,
    database,
    sequelize,
    migrator,
    readiness,
    channel,
    store,
    cookie,
    hasher,
    judge,
    limiters,
    providers,
    passport,
    sealer,
    audit,
    mailer,
    delayed,
    ...tokens,
    openidProvider,
    failures,
    forwardAuth,
    metrics,
    tracing,
    extensions,
    close,
  }
}

/** Loaded only where it is switched on. */
async function openRedis(env: Env, logger: Logger) {
  if (env.REDIS_URL === '') return undefined
  const { connectRedis } = await import('../configs/redis.ts')
  return connectRedis(env, logger)
}

/** Loaded only where it is switched on. */
async function openMetrics({ METRICS_PORT }: Env) {
  if (METRICS_PORT === undefined) return undefined
  const { createMetrics } = await import('./metrics/metrics.ts')
  return createMetrics()
}

/** Loaded only where it is switched on. */
async function openTracing({ TRACING }: Env, logger: Logger) {
  if (!TRACING) return undefined
  const { startTracing } = await import('./tracing/tracing.ts')
  return startTracing(logger)
}

/** Loaded only where it is switched on. */
async function openOpenidProvider(
  options: Parameters<typeof import('./provider/open.ts').openProvider>[0] & { env: Env },
) {
  if (!options.env.OPENID_PROVIDER) return undefined
  const { openProvider } = await import('./provider/open.ts')
  return openProvider(options)
}
