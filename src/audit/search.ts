import { Op, type Sequelize } from 'sequelize'
import { type AuditEvent, AuditEventRow } from '../../models/audit-event.ts'
import { EventCount } from '../../models/event-count.ts'
import { EventHour } from '../../models/event-hour.ts'
import { beyond, type Entry, type Position, readPage } from '../keyset.ts'

/** Rows per event loop turn: with 100 the export blocked the main thread for up to 10 ms. */
const BATCH = 40

export type AuditSearch = {
  event?: AuditEvent | undefined
  userId?: string | undefined
  actorId?: string | undefined
  /** Of the client. */
  address?: string | undefined
  /** ISO 8601, inclusive. */
  since?: string | undefined
  /** ISO 8601, exclusive. */
  until?: string | undefined
}

/** A page may be short if filters are combined. @param before number of an event */
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

export async function* allEvents(sequelize: Sequelize, search: AuditSearch): AsyncGenerator<AuditEventRow> {
  let after: Position | undefined
  while (true) {
    const entries = await read(sequelize, search, 'ASC', after, BATCH)
    for (const { shown } of entries) if (shown) yield shown
    if (entries.length < BATCH) return
    after = entries.at(-1)?.position
  }
}

/** By time, the order of the index, so that the scan ends at `since` or `until`. */
async function read(
  sequelize: Sequelize,
  search: AuditSearch,
  direction: 'ASC' | 'DESC',
  after: Position | undefined,
  count: number,
): Promise<Entry<AuditEventRow>[]> {
  const { event, userId, actorId, address, since, until } = search
  const rows = await AuditEventRow.findAll({
    where: {
      ...indexed(search),
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
    (!event || row.event === event) &&
    (!userId || row.userId === userId) &&
    (!actorId || row.actorId === actorId) &&
    (!address || row.address === address)
  return rows.map(row => ({ position: standsAt(row), shown: isShown(row) ? row : undefined }))
}

/** The filter that is read along its index; the others are applied row by row. */
function indexed({ event, userId, actorId, address }: AuditSearch) {
  if (userId) return { userId }
  if (actorId) return { actorId }
  if (address) return { address }
  return event ? { event } : {}
}

/** For a deleted number, the position of the next one. */
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

/** @param since as in `2026-11-27`, UTC */
export function countByDay(events: AuditEvent[], since: string): Promise<EventCount[]> {
  return EventCount.findAll({ where: { day: { [Op.gte]: since }, event: events } })
}

/** @param since as in `2026-11-27T09`, UTC, at most a day ago */
export function countByHour(events: AuditEvent[], since: string): Promise<EventHour[]> {
  return EventHour.findAll({ where: { hour: { [Op.gte]: since }, event: events } })
}
