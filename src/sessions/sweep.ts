import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { pruneInvalidations } from '../invalidation/prune.ts'
import type { SessionStore } from './store.ts'

const BATCH = 200
/** Between two batches, in ms: leaves the database to the requests for most of the time. */
const PAUSE = 5
/** Any constant: the batches of all nodes on one PostgreSQL take turns under this advisory lock. */
const LOCK = 7_124_203

export type Sweep = { runOnce(): Promise<number>; stop(): Promise<void> }

type SweepDeps = {
  env: Pick<Env, 'SESSION_SWEEP' | 'SESSION_TOMBSTONES'>
  database: Database
  store: SessionStore
  logger: Logger
}

/**
 * Deletes rows that ended or expired over SESSION_TOMBSTONES ago, every SESSION_SWEEP, in small batches along the index on `expires`,
 * so that no read waits for it.
 */
export const startSweep = ({ env, database, store, logger }: SweepDeps): Sweep => {
  const stopping = new AbortController()
  const statement = database.statement(database.dialect === 'postgres' ? POSTGRES_BATCH : SQLITE_BATCH)
  const prune = database.dialect === 'sqlite' && database.statement(pruneInvalidations)
  let running: Promise<number> | undefined

  const sweep = async () => {
    const before = new Date(Date.now() - env.SESSION_TOMBSTONES)
    const swept = await inBatches(() => statement.run(before, BATCH), stopping.signal)
    if (prune) await inBatches(() => prune.run(BATCH), stopping.signal)
    store.counters.swept += swept
    if (swept > 0) logger.verbose('swept ended sessions', { swept })
    return swept
  }

  const runOnce = () => {
    running ??= sweep().finally(() => {
      running = undefined
    })
    return running
  }

  const attempt = async () => {
    try {
      await runOnce()
    } catch (error) {
      store.table.errors++
      logger.error('the sweep of ended sessions failed and will be tried again', {
        kind: error instanceof Error ? error.name : typeof error,
      })
    }
  }
  const timer = setInterval(() => void attempt(), env.SESSION_SWEEP).unref()

  const stop = async () => {
    clearInterval(timer)
    stopping.abort()
    await running?.catch(() => {})
  }

  return { runOnce, stop }
}

const inBatches = async (batch: () => Promise<number>, signal: AbortSignal) => {
  let total = 0
  while (!signal.aborted) {
    const changed = await batch()
    total += changed
    if (changed < BATCH) break
    await pause(PAUSE)
  }
  return total
}

const SQLITE_BATCH = `
  DELETE FROM "Sessions" WHERE "sid" IN (SELECT "sid" FROM "Sessions" WHERE "expires" < $1 ORDER BY "expires" LIMIT $2)`

const POSTGRES_BATCH = `
  DELETE FROM "Sessions" WHERE "sid" IN (
    SELECT "sid" FROM "Sessions" WHERE "expires" < $1 AND (SELECT pg_try_advisory_xact_lock(${LOCK})) ORDER BY "expires" LIMIT $2
    FOR UPDATE SKIP LOCKED)`
