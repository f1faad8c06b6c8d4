import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { pruneInvalidations } from '../invalidation/sqlite-reader.ts'
import { inBatches, type Job, startJob } from '../jobs.ts'
import type { SessionStore } from './store.ts'

const BATCH = 200
/** Advisory lock that lets one PostgreSQL node sweep at a time. */
const LOCK = 7_124_203

export type Sweep = Job

type SweepDeps = {
  env: Pick<Env, 'SESSION_SWEEP' | 'SESSION_TOMBSTONES'>
  database: Database
  store: SessionStore
  logger: Logger
}

/** Deletes rows ended over SESSION_TOMBSTONES ago, in small batches so that reads do not wait. */
export function startSweep({ env, database, store, logger }: SweepDeps): Sweep {
  const statement = database.statement(database.dialect === 'postgres' ? POSTGRES_BATCH : SQLITE_BATCH)
  const prune = database.dialect === 'sqlite' && database.statement(pruneInvalidations)

  async function deleteBatch(before: Date) {
    const rows = await statement.all<DeletedRow>(before, BATCH)
    const expired = rows.filter(({ isLimit }) => isLimit)
    const idle = expired.filter(({ isIdle }) => isIdle).length
    store.countEnded('idle', idle)
    store.countEnded('expired', expired.length - idle)
    return rows.length
  }

  async function work(signal: AbortSignal) {
    const before = new Date(Date.now() - env.SESSION_TOMBSTONES)
    const swept = await inBatches(BATCH, () => deleteBatch(before), signal)
    if (prune) await inBatches(BATCH, () => prune.run(BATCH), signal)
    store.counters.swept += swept
    if (swept > 0) logger.verbose('swept ended sessions', { swept })
    return swept
  }

  const onFailure = () => void store.table.errors++
  return startJob({ name: 'the sweep of ended sessions', every: env.SESSION_SWEEP, logger, work, onFailure })
}

/** Nothing is written when a session reaches a limit, so these ends are counted here. */
type DeletedRow = { isLimit: boolean | number; isIdle: boolean | number }
const RETURNING = `RETURNING "endedAt" IS NULL AS "isLimit", "expires" < "absoluteExpires" AS "isIdle"`

const SQLITE_BATCH = `
  DELETE FROM "Sessions" WHERE "sid" IN (SELECT "sid" FROM "Sessions" WHERE "expires" < $1 ORDER BY "expires" LIMIT $2)
  ${RETURNING}`

const POSTGRES_BATCH = `
  DELETE FROM "Sessions" WHERE "sid" IN (
    SELECT "sid" FROM "Sessions" WHERE "expires" < $1 AND (SELECT pg_try_advisory_xact_lock(${LOCK})) ORDER BY "expires" LIMIT $2
    FOR UPDATE SKIP LOCKED)
  ${RETURNING}`
