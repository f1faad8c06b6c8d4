import { Op, type Sequelize } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import { AuditHead } from '../../models/audit-event.ts'
import { LogoutNotice } from '../../models/logout-notice.ts'
import { Mail } from '../../models/mail.ts'
import { seconds } from '../durations.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { clockMovedBy } from '../jobs.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import type { Readiness } from '../readiness.ts'
import { countLive } from '../sessions/list.ts'
import type { SessionStore } from '../sessions/store.ts'
import { addGauge, type Metrics } from './metrics.ts'

/** A scrape reads the database at most this often. */
const READ_EVERY = seconds(5)
/** Counting a million rows would hold up the database. */
const COUNTED_TO = 100_000

type StateDeps = {
  database: Database
  sequelize: Sequelize
  store: SessionStore
  channel: InvalidationChannel
  hasher: PasswordHasher
  readiness: Readiness
}

type Counts = {
  liveSessions: number
  mailsWaiting: number
  mailsFailed: number
  noticesWaiting: number
  auditHead: number
}

/** Gauges of this process, and of the database while it is ready. */
export function watchState({ registry }: Metrics, deps: StateDeps): void {
  const { database, sequelize, store, channel, hasher, readiness } = deps
  const counts = createReader(async () => ((await readiness.check()) ? undefined : await count(sequelize)))
  const ofDatabase = (name: string, help: string, pick: (counts: Counts) => number) =>
    addGauge(registry, { name, help, aggregator: 'max' }, async () => {
      const read = await counts()
      return read && pick(read)
    })

  addGauge(registry, { name: 'latchkey_ready', help: '1 if /readyz answers 200', aggregator: 'max' }, async () =>
    (await readiness.check()) ? 0 : 1,
  )
  addGauge(registry, { name: 'latchkey_cached_sessions', help: 'Sessions in memory' }, () => store.cachedSessions)
  addGauge(registry, { name: 'latchkey_password_hash_queue', help: 'Passwords that are hashed or wait for it' }, () =>
    hasher.pending(),
  )
  addGauge(
    registry,
    { name: 'latchkey_invalidation_alive', help: '0 while changes of other nodes may not arrive', aggregator: 'max' },
    () => (channel.isAlive() ? 1 : 0),
  )
  addGauge(
    registry,
    {
      name: 'latchkey_invalidation_lag_seconds',
      help: 'Age of the oldest change elsewhere that may not have arrived',
      aggregator: 'max',
    },
    () => (channel.lag() === Number.POSITIVE_INFINITY ? undefined : channel.lag() / 1000),
  )
  addGauge(
    registry,
    { name: 'latchkey_database_connections_limit', help: 'Connections that this process may open for requests' },
    () => database.pool().limit,
  )
  addGauge(
    registry,
    { name: 'latchkey_database_connections_in_use', help: 'Connections that run a statement or transaction' },
    () => database.pool().inUse,
  )
  addGauge(
    registry,
    { name: 'latchkey_database_waiting', help: 'Statements and transactions that wait for a connection' },
    () => database.pool().waiting,
  )
  addGauge(
    registry,
    { name: 'latchkey_clock_step_seconds', help: 'How far the clock jumped since the start', aggregator: 'max' },
    () => Math.abs(clockMovedBy()) / 1000,
  )
  ofDatabase('latchkey_sessions', `Live sessions of all nodes, counted to ${COUNTED_TO}`, each => each.liveSessions)
  ofDatabase('latchkey_mails_waiting', 'Mails that wait to be sent', each => each.mailsWaiting)
  ofDatabase('latchkey_mails_failed', 'Mails that were given up', each => each.mailsFailed)
  ofDatabase('latchkey_logout_notices_waiting', 'Applications to be told of a sign-out', each => each.noticesWaiting)
  ofDatabase('latchkey_audit_head', 'Number of the newest audit event', each => each.auditHead)
}

async function count(sequelize: Sequelize): Promise<Counts> {
  const [liveSessions, mailsWaiting, mailsFailed, noticesWaiting, head] = await Promise.all([
    countLive(sequelize, COUNTED_TO),
    Mail.count({ where: { failedAt: null } }),
    Mail.count({ where: { failedAt: { [Op.ne]: null } } }),
    LogoutNotice.count({ where: { failedAt: null } }),
    AuditHead.findOne({ attributes: ['seq'] }),
  ])
  return { liveSessions, mailsWaiting, mailsFailed, noticesWaiting, auditHead: Number(head?.seq ?? 0) }
}

/** One read at a time, shared by the gauges of a scrape. @returns undefined if it fails */
function createReader<T>(read: () => Promise<T | undefined>): () => Promise<T | undefined> {
  let latest: { at: number; value: Promise<T | undefined> } | undefined
  return () => {
    if (!latest || performance.now() - latest.at > READ_EVERY)
      latest = { at: performance.now(), value: read().catch(() => undefined) }
    return latest.value
  }
}
