import { fn } from 'sequelize'
import { AuditAnchor } from '../../models/audit-anchor.ts'
import { AuditEventRow, AuditHead } from '../../models/audit-event.ts'

/** Includes both ends of the chain. */
export async function countEventsByKey(): Promise<Map<string, number>> {
  const groups = (await AuditEventRow.findAll({
    attributes: ['keyId', [fn('COUNT', '*'), 'count']],
    group: ['keyId'],
    raw: true,
  })) as unknown as { keyId: string; count: number | string }[]
  const counts = new Map(groups.map(({ keyId, count }) => [keyId, Number(count)]))
  for (const end of [await AuditHead.findOne(), await AuditAnchor.findOne()])
    if (end && Number(end.seq) > 0) counts.set(end.keyId, (counts.get(end.keyId) ?? 0) + 1)
  return counts
}
