import type { Damage } from '../configs/database/driver.ts'
import type { Database } from '../configs/database.ts'
import type { Logger } from '../configs/logger.ts'
import type { Migrator } from '../configs/migrations.ts'
import type { Redis } from '../configs/redis.ts'
import { hours, minutes, seconds } from './durations.ts'

const ANSWER_WITHIN = seconds(2)
const CACHED_FOR = seconds(1)
const CHECK_EVERY = minutes(1)
const VERIFY_EVERY = hours(24)

export type Unready = 'stopping' | 'unreachable' | 'unmigrated' | 'not-writable' | 'redis-unreachable' | Damage

export type Readiness = {
  /** @returns undefined if ready; at most a second old, within two seconds */
  check(): Promise<Unready | undefined>
  stop(): void
  close(): void
}

type Given = { database: Database; redis: Redis | undefined; migrator: Pick<Migrator, 'pending'>; logger: Logger }

/** Also checks once a minute for the log, and a SQLite file once a day for damage. */
export function createReadiness({ database, redis, migrator, logger }: Given): Readiness {
  const read = database.statement(database.dialect === 'postgres' ? POSTGRES_STATE : SQLITE_STATE)
  const write = database.statement(WRITE)
  let isStopping = false
  let latest: { askedAt: number; answer: Promise<Unready | undefined> } | undefined
  let logged: Unready | undefined

  void database.verify()
  const timers = [setInterval(check, CHECK_EVERY), setInterval(database.verify, VERIFY_EVERY)]
  for (const timer of timers) timer.unref()

  async function check(): Promise<Unready | undefined> {
    if (isStopping) return 'stopping'
    if (!latest || performance.now() - latest.askedAt > CACHED_FOR)
      latest = { askedAt: performance.now(), answer: look() }
    return await latest.answer
  }

  async function look() {
    const [state, pending, written, pinged] = await Promise.all([
      outcomeOf(read.all<{ readOnly: boolean | number }>()),
      outcomeOf(migrator.pending()),
      outcomeOf(write.run(Date.now())),
      redis && outcomeOf(redis.ping()),
    ])
    const found = database.damage() ?? reasonAgainst() ?? (isMissing(pinged) ? 'redis-unreachable' : undefined)
    if (found !== logged) log(found)
    return found

    function reasonAgainst(): Unready | undefined {
      if (!state?.value || pending?.error) return 'unreachable'
      if (pending?.value && pending.value.length > 0) return 'unmigrated'
      // A write that waits for another has not failed.
      if (state.value[0]?.readOnly || written?.error) return 'not-writable'
      return undefined
    }
  }

  function isMissing(pinged: Outcome<unknown> | undefined) {
    return redis !== undefined && (!pinged || pinged.error !== undefined)
  }

  function log(found: Unready | undefined) {
    if (found) logger.error('not ready', { reason: found })
    else logger.info('ready again')
    logged = found
  }

  return {
    check,
    stop() {
      isStopping = true
    },
    close() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}

type Outcome<T> = { value: T; error?: never } | { value?: never; error: unknown }

/** @returns undefined if the time is up */
async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T> | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), ANSWER_WITHIN)
  const settled = work.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  )
  try {
    return await Promise.race([settled, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const SQLITE_STATE = 'SELECT 0 AS "readOnly"'
const POSTGRES_STATE = `SELECT current_setting('transaction_read_only')::boolean AS "readOnly"`

/** $1 now. The limits' sweep deletes this row. */
const WRITE = `
  INSERT INTO "RateLimits" ("key", "points", "expire") VALUES ('readyz', 0, $1)
  ON CONFLICT ("key") DO UPDATE SET "expire" = excluded."expire"`
