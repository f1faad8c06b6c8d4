import { Op, QueryTypes } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { AuditEventRow } from '../../models/audit-event.ts'
import { EventCount } from '../../models/event-count.ts'
import { EventHour } from '../../models/event-hour.ts'
import { days, minutes } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { inBatches, type Job, startJob } from '../jobs.ts'
import { sealPosition } from './chain.ts'
import { follow, readAnchor } from './follow.ts'

const EVERY = minutes(10)
const BATCH = 200
/** The overview shows the hours of one day. */
const HOURS_KEPT = days(2)
/** Advisory lock that lets one PostgreSQL node delete at a time. */
const LOCK = 7_124_204

type RetentionDeps = { env: Pick<Env, 'AUDIT_RETENTION'>; database: Database; sealer: Sealer; logger: Logger }

/** Deletes old events (ASVS 14.2.7), but none of a broken chain, so that the break can be found. */
export function startAuditRetention({ env, database, sealer, logger }: RetentionDeps): Job {
  const { sequelize, dialect } = database

  async function isOurTurn() {
    if (dialect === 'sqlite') return true
    const sql = `SELECT pg_try_advisory_xact_lock(${LOCK}) AS "locked"`
    const [answer] = await sequelize.query<{ locked: boolean }>(sql, { type: QueryTypes.SELECT })
    return answer?.locked === true
  }

  const pruneBatch = () =>
    sequelize.transaction(async () => {
      if (!(await isOurTurn())) return 0
      const before = new Date(Date.now() - env.AUDIT_RETENTION).toISOString()
      const anchor = await readAnchor(sealer)
      const oldest = await AuditEventRow.findAll({ order: ['seq'], limit: BATCH })
      const expired = oldest.slice(
        0,
        lengthOfPrefix(oldest, row => row.at < before),
      )
      if (expired.length === 0) return 0
      const last = expired.reduce((position, row) => follow(sealer, position, row), anchor)
      const sealed = { id: 1, ...sealPosition(sealer, 'anchor', last) }
      await AuditEventRow.destroy({ where: { seq: { [Op.lte]: last.seq } } })
      await EventCount.destroy({ where: { day: { [Op.lt]: before.slice(0, 10) } } })
      const [moved] = await AuditAnchor.update(sealed, { where: { id: 1 } })
      if (moved === 0) await AuditAnchor.create(sealed)
      return expired.length
    })

  async function work(signal: AbortSignal) {
    const oldest = new Date(Date.now() - HOURS_KEPT).toISOString().slice(0, 13)
    await EventHour.destroy({ where: { hour: { [Op.lt]: oldest } } })
    const deleted = await inBatches(BATCH, pruneBatch, signal)
    if (deleted > 0) logger.info('old audit events deleted', { deleted })
    return deleted
  }

  return startJob({ name: 'the deletion of old audit events', every: EVERY, logger, work })
}

function lengthOfPrefix<T>(items: T[], holds: (item: T) => boolean) {
  const end = items.findIndex(item => !holds(item))
  return end === -1 ? items.length : end
}
