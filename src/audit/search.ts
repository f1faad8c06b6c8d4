import { col, fn, Op, type WhereOptions } from 'sequelize'
import { AuditEventRow } from '../../models/audit-event.ts'
import type { AuditEvent } from './events.ts'

const BATCH = 500

export type AuditSearch = {
  event?: AuditEvent | undefined
  userId?: string | undefined
  actorId?: string | undefined
  /** ISO 8601, inclusive. */
  since?: string | undefined
  /** ISO 8601, exclusive. */
  until?: string | undefined
}

/** The newest events before `seq`, newest first. */
export const listEvents = (search: AuditSearch, before: number | undefined, limit: number): Promise<AuditEventRow[]> =>
  AuditEventRow.findAll({
    where: { ...conditionsOf(search), ...(before !== undefined && { seq: { [Op.lt]: before } }) },
    order: [['seq', 'DESC']],
    limit,
  })

/** All events, oldest first, a batch at a time, so that memory stays flat whatever the log holds. */
export async function* allEvents(search: AuditSearch): AsyncGenerator<AuditEventRow> {
  let after = 0
  while (true) {
    const batch = await AuditEventRow.findAll({
      where: { ...conditionsOf(search), seq: { [Op.gt]: after } },
      order: ['seq'],
      limit: BATCH,
    })
    yield* batch
    if (batch.length < BATCH) return
    after = Number(batch.at(-1)?.seq)
  }
}

/** How often each of some events happened on each day (UTC) since. */
export const countByDay = async (events: AuditEvent[], since: Date) => {
  const day = fn('substr', col('at'), 1, 10)
  const rows = (await AuditEventRow.findAll({
    attributes: [[day, 'day'], 'event', [fn('count', col('seq')), 'count']],
    where: { event: events, at: { [Op.gte]: since.toISOString() } },
    group: [day as never, 'event'],
    raw: true,
  })) as unknown as { day: string; event: AuditEvent; count: number | string }[]
  return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
}

const conditionsOf = ({ event, userId, actorId, since, until }: AuditSearch): WhereOptions => ({
  ...(event && { event }),
  ...(userId && { userId }),
  ...(actorId && { actorId }),
  ...((since || until) && { at: { ...(since && { [Op.gte]: since }), ...(until && { [Op.lt]: until }) } }),
})
