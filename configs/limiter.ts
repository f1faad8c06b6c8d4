import { createHash } from 'node:crypto'
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterSQLite,
} from 'rate-limiter-flexible'
import { hours, minutes } from '../src/durations.ts'
import type { SqlValue, Statement } from './database/driver.ts'
import { type Database, DatabaseUnavailable } from './database.ts'
import type { Env } from './env.ts'
import type { Redis } from './redis.ts'

const TABLE = 'RateLimits'
/** Per client and window. */
export const PASSWORD_STRENGTH_LIMIT = 30
/** Wrong codes of devices, per user, per client and window. */
const USER_CODE_LIMIT = 20
/** Of one client in a minute, without a session. */
export const APPLICATION_REQUEST_LIMIT = 120
/** Largest clock difference between servers. */
const CLOCK_SLACK = minutes(1)
const CLEAN_EVERY = minutes(5)
const KEEP_EXPIRED = hours(1)

export type Limiter = {
  /** @returns seconds to wait, 0 if allowed */
  consume(key: string): Promise<number>
  refund(key: string): Promise<void>
  reset(key: string): Promise<void>
}

export type Limiters = {
  account: Limiter
  accountFromClient: Limiter
  client: Limiter
  registration: Limiter
  mailsFromClient: Limiter
  mailsToAddress: Limiter
  links: Limiter
  tokenReport: Limiter
  passwordStrength: Limiter
  userCode: Limiter
  secondFactor: Limiter
  /** Codes per login that waits for its second factor. */
  pendingLogin: Limiter
  /** Challenges per client without a session. */
  challenge: Limiter
  /** Sign-ins to applications per client without a session. */
  applicationRequests: Limiter
  /** Per signed-in user. */
  writes: Limiter
  /** Per signed-in user with an administrative permission. */
  administrativeWrites: Limiter
}

/** Then the password is required again. */
const TRIES_PER_PENDING_LOGIN = 10

/** @param redis counts instead of the database, if there is one */
export function createLimiters(database: Database, env: Env, redis: Redis | undefined): Limiters {
  const create = limiterFactory(database, redis)
  cleanRegularly(database)
  const removeBeyond = database.statement(`DELETE FROM "${TABLE}" WHERE "key" = $1 AND "expire" > $2`)
  function limiter(keyPrefix: string, points: number, window = env.LOGIN_LIMIT_WINDOW) {
    const library = create({ keyPrefix, points, duration: window / 1000, inMemoryBlockOnConsumed: points + 1 })
    return limiterOf(library, window, async (key, latest) => {
      await removeBeyond.run(library.getKey(key), latest)
      library.deleteInMemoryBlockedAll()
    })
  }
  return {
    account: limiter('login-account', env.LOGIN_LIMIT_ACCOUNT),
    accountFromClient: limiter('login-account-client', env.LOGIN_LIMIT_ACCOUNT_CLIENT),
    client: limiter('login-client', env.LOGIN_LIMIT_CLIENT),
    registration: limiter('register-client', env.LOGIN_LIMIT_REGISTER),
    mailsFromClient: limiter('mails-client', env.MAIL_LIMIT_CLIENT),
    mailsToAddress: limiter('mails-address', env.MAIL_LIMIT_ADDRESS),
    links: limiter('links-client', env.LINK_LIMIT_CLIENT),
    tokenReport: limiter('token-report-client', env.LOGIN_LIMIT_CLIENT),
    passwordStrength: limiter('password-strength-client', PASSWORD_STRENGTH_LIMIT),
    userCode: limiter('user-code', USER_CODE_LIMIT),
    secondFactor: limiter('second-factor', env.LOGIN_LIMIT_SECOND_FACTOR),
    // Longer than any pending login, so no count restarts during one.
    pendingLogin: limiter('pending-login', TRIES_PER_PENDING_LOGIN, hours(1)),
    challenge: limiter('challenge-client', env.LOGIN_LIMIT_CLIENT),
    applicationRequests: memoryLimiter(APPLICATION_REQUEST_LIMIT),
    writes: memoryLimiter(env.WRITE_LIMIT_USER),
    administrativeWrites: memoryLimiter(env.WRITE_LIMIT_ADMIN),
  }
}

/** In memory, because it only limits load: counting in the database would double all writes. */
function memoryLimiter(pointsPerMinute: number): Limiter {
  const library = new RateLimiterMemory({ points: pointsPerMinute, duration: minutes(1) / 1000 })
  return limiterOf(library, minutes(1), key => library.delete(key))
}

/** An error in the library's own timer would end the process. */
function cleanRegularly(database: Database) {
  const removeExpired = database.statement(`DELETE FROM "${TABLE}" WHERE "expire" < $1`)
  const clean = () => void removeExpired.run(Date.now() - KEEP_EXPIRED).catch(() => {})
  setInterval(clean, CLEAN_EVERY).unref()
}

type LibraryOptions = { keyPrefix: string; points: number; duration: number; inMemoryBlockOnConsumed: number }
type StoredLimiter = RateLimiterSQLite | RateLimiterPostgres | RateLimiterRedis

function limiterFactory(database: Database, redis: Redis | undefined): (options: LibraryOptions) => StoredLimiter {
  if (redis) return options => redisLimiter(options, redis)
  const shared = { tableName: TABLE, tableCreated: true, clearExpiredByTimeout: false }
  if (database.dialect === 'postgres')
    return options =>
      new RateLimiterPostgres({ ...options, ...shared, storeClient: database.sequelize, storeType: 'sequelize' })
  const storeClient = sqliteClient(database)
  return options => new RateLimiterSQLite({ ...options, ...shared, storeClient, storeType: 'sqlite3' })
}

function redisLimiter({ keyPrefix, ...options }: LibraryOptions, redis: Redis) {
  return new RateLimiterRedis({
    ...options,
    keyPrefix: `${redis.prefix}limit:${keyPrefix}`,
    storeClient: redis,
    useRedisPackage: true,
  })
}

/** The driver's `get` leaves `INSERT ... RETURNING` open, so this client uses our statements. */
function sqliteClient(database: Database) {
  const statements = new Map<string, Statement>()
  function statement(sql: string) {
    const prepared = statements.get(sql) ?? database.statement(sql)
    statements.set(sql, prepared)
    return prepared
  }
  return {
    serialize: (work: () => void) => work(),
    get: (sql: string, values: SqlValue[], done: (error: unknown, row?: object) => void) => {
      statement(sql)
        .all<object>(...values)
        .then(([row]) => done(null, row), done)
    },
    run: (sql: string, ...rest: unknown[]) => {
      const done = rest.at(-1) as (this: { changes: number }, error: unknown) => void
      // One upsert is atomic by itself, and parallel savepoints of a connection would nest.
      if (/^(RELEASE |ROLLBACK TO )?SAVEPOINT/.test(sql)) return done.call({ changes: 0 }, null)
      const values = rest.length > 1 ? (rest[0] as SqlValue[]) : []
      statement(sql)
        .run(...values)
        .then(
          changes => done.call({ changes }, null),
          error => done.call({ changes: 0 }, error),
        )
    },
  }
}

type ForgetBeyond = (key: string, latest: number) => Promise<unknown>

/** A count from a time when the clock was ahead is deleted, because it would last too long. */
function limiterOf(library: StoredLimiter | RateLimiterMemory, window: number, forgetBeyond: ForgetBeyond): Limiter {
  const count = (key: string): Promise<{ isRefused: boolean; wait: number }> =>
    library.consume(key).then(
      ({ msBeforeNext }) => ({ isRefused: false, wait: msBeforeNext }),
      (refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return { isRefused: true, wait: refusal.msBeforeNext }
        return uncounted(refusal)
      },
    )

  async function consume(key: string) {
    const longest = window + CLOCK_SLACK
    const outcome = await count(key)
    if (outcome.wait <= longest) return outcome
    await forgetBeyond(key, Date.now() + longest).catch(uncounted)
    return await count(key)
  }

  return {
    consume: async key => {
      const { isRefused, wait } = await consume(hidden(key))
      return isRefused ? Math.max(1, Math.ceil(wait / 1000)) : 0
    },
    refund: async key => void (await library.reward(hidden(key)).catch(uncounted)),
    reset: async key => void (await library.delete(hidden(key)).catch(uncounted)),
  }
}

/** Attempts that cannot be counted are refused (ASVS 16.5.3). */
function uncounted(cause: unknown): never {
  throw new DatabaseUnavailable('attempts cannot be counted', { cause })
}

/** Hashed, because keys contain accounts and addresses. */
const hidden = (key: string) => createHash('sha256').update(key).digest('base64url')
