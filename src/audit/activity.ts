import type { Sequelize } from 'sequelize'
import { z } from 'zod'
import { AUDIT_EVENTS, type AuditEventRow } from '../../models/audit-event.ts'
import { deviceOf } from '../sessions/list.ts'
import { listEvents } from './search.ts'

const DetailSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])

export const ActivitySchema = z
  .strictObject({
    events: z.array(
      z
        .strictObject({
          id: z.int(),
          at: z.iso.datetime(),
          event: z.enum(AUDIT_EVENTS),
          address: z.string().nullable(),
          device: z.string().meta({ example: 'Firefox on Linux' }),
          details: z.record(z.string(), DetailSchema),
          byMe: z.boolean().meta({ description: 'Whether I did it, and not an administrator or a stranger.' }),
        })
        .meta({ id: 'ActivityEvent' }),
    ),
    next: z
      .int()
      .nullable()
      .meta({ description: 'Send it as `before` for the page after this one; null on the last.' }),
  })
  .meta({ id: 'Activity' })

export type Activity = z.infer<typeof ActivitySchema>

/** @param before id of the event to continue after */
export async function activityOf(
  sequelize: Sequelize,
  userId: string,
  limit: number,
  before?: number,
): Promise<Activity> {
  const { items, next } = await listEvents(sequelize, { userId }, before, limit)
  return { events: items.map(describe), next }
}

function describe(row: AuditEventRow): Activity['events'][number] {
  return {
    id: Number(row.seq),
    at: row.at,
    event: row.event as Activity['events'][number]['event'],
    address: row.address,
    device: deviceOf(row.userAgent),
    details: JSON.parse(row.details),
    byMe: row.actorId === row.userId,
  }
}
