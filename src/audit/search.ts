import { Op, type Sequelize } from 'sequelize'
import { type AuditEvent, AuditEventRow } from '../../models/audit-event.ts'
import { EventCount } from '../../models/event-count.ts'
import { beyond, type Entry, type Position, readPage } from '../keyset.ts'

/** Rows that are described in one turn of the event loop; with 500 the export held the main thread for 10 ms. */
const BATCH = 100

export type AuditSearch = {
  event?: AuditEvent | undefined
  userId?: string | undefined
  actorId?: string | undefined
  /** ISO 8601, inclusive. */
  since?: string | undefined
  /** ISO 8601, exclusive. */
  until?: string | undefined
}

/**
 * One page of events, newest first. With several of event, user and actor, those of one are read and looked at one by one, so that such a
 * page may be short.
 * @param before only events before the one of this number
 * @returns with the number to go on before, if the list goes on
 */
export async function listEvents(
  sequelize: Sequelize,
  search: AuditSearch,
  before: number | undefined,
  limit: number,
): Promise<{ items: AuditEventRow[]; next: number | null }> {
  const { items, end } = await readPage(limit, await positionBefore(before), (after, count) =>
    read(sequelize, search, 'DESC', after, count),
  )
  return { items, next: end ? Number(end.id) : null }
}

/** All events, oldest first, a batch at a time, so that memory stays flat whatever the log holds. */
export async function* allEvents(sequelize: Sequelize, search: AuditSearch): AsyncGenerator<AuditEventRow> {
  let after: Position | undefined
  while (true) {
    const entries = await read(sequelize, search, 'ASC', after, BATCH)
    for (const { shown } of entries) if (shown) yield shown
    if (entries.length < BATCH) return
    after = entries.at(-1)?.position
  }
}

/** Along one index, by time: in that order it ends where `since` or `until` does. */
async function read(
  sequelize: Sequelize,
  search: AuditSearch,
  direction: 'ASC' | 'DESC',
  after: Position | undefined,
  count: number,
): Promise<Entry<AuditEventRow>[]> {
  const { event, userId, actorId, since, until } = search
  const rows = await AuditEventRow.findAll({
    where: {
      ...(userId ? { userId } : actorId ? { actorId } : event ? { event } : {}),
      ...((since || until) && { at: { ...(since && { [Op.gte]: since }), ...(until && { [Op.lt]: until }) } }),
      ...(after && { [Op.and]: beyond(sequelize, ['at', 'seq'], direction, [after.value, Number(after.id)]) }),
    },
    order: [
      ['at', direction],
      ['seq', direction],
    ],
    limit: count,
  })
  const isShown = (row: AuditEventRow) =>
    (!event || row.event === event) && (!userId || row.userId === userId) && (!actorId || row.actorId === actorId)
  return rows.map(row => ({ position: standsAt(row), shown: isShown(row) ? row : undefined }))
}

/** Of a number that is gone, where the next one stands. */
async function positionBefore(seq: number | undefined): Promise<Position | undefined> {
  if (seq === undefined) return undefined
  const row = await AuditEventRow.findOne({
    attributes: ['seq', 'at'],
    where: { seq: { [Op.gte]: seq } },
    order: ['seq'],
  })
  return row ? standsAt(row) : undefined
}

function standsAt({ at, seq }: AuditEventRow): Position {
  return { value: at, id: String(seq) }
}

/** How often each of some events happened on each day (UTC) since one. @param since as in `2026-11-27` */
export function countByDay(events: AuditEvent[], since: string): Promise<EventCount[]> {
  return EventCount.findAll({ where: { day: { [Op.gte]: since }, event: events } })
}
