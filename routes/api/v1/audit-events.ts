import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { AUDIT_EVENTS, type AuditEventRow } from '../../../models/audit-event.ts'
import { peopleOf } from '../../../src/administration/people.ts'
import { allEvents, listEvents } from '../../../src/audit/search.ts'
import { addressIn } from '../../../src/client-address.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { pageOf } from '../../../src/http/pagination.ts'
import type { Deps } from '../../../src/services.ts'
import { deviceOf } from '../../../src/sessions/list.ts'

const moment = z.iso.datetime().transform(at => new Date(at).toISOString())

const SearchQuery = z.strictObject({
  event: z.enum(AUDIT_EVENTS).optional(),
  userId: z.uuid().toLowerCase().optional().meta({ description: 'ID of the user it happened to.' }),
  actorId: z.uuid().toLowerCase().optional().meta({ description: 'Who did it.' }),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .transform(address => addressIn(address))
    .optional()
    .meta({ description: 'Where from.', example: '203.0.113.7' }),
  since: moment.optional(),
  until: moment.optional(),
})

const AuditEventSchema = z
  .strictObject({
    id: z.int(),
    at: z.iso.datetime(),
    event: z.enum(AUDIT_EVENTS),
    userId: z.uuid().nullable(),
    actorId: z.uuid().nullable(),
    sessionId: z.uuid().nullable(),
    address: z.string().nullable(),
    device: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' })

const PersonSchema = z
  .strictObject({ id: z.uuid(), name: z.string(), email: z.string().nullable() })
  .nullable()
  .meta({ description: 'Null if the account was deleted, or without `users:read`.' })

const ListedEventSchema = AuditEventSchema.extend({ user: PersonSchema, actor: PersonSchema }).meta({
  id: 'ListedAuditEvent',
})

export function listAuditEvents({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/audit-events',
    summary: 'List security events',
    description:
      'Newest first; `next` is what to send as `before`. With several of event, userId, actorId and address a page may be short, even empty, although `next` is not null.',
    tags: ['Audit'],
    access: 'audit:read',
    request: {
      query: SearchQuery.extend({
        before: z.coerce.number().int().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(100).default(50),
      }),
    },
    responses: {
      200: { description: 'One page', schema: pageOf(ListedEventSchema) },
    },
    handler: async ({ query: { before, limit, ...search }, req }) => {
      const { items, next } = await listEvents(sequelize, search, before, limit)
      const people = req.bearer?.permissions.has('users:read') ? await peopleOf(items) : new Map()
      const personOf = (id: string | null) => people.get(id) ?? null
      const described = items.map(row => ({
        ...describe(row),
        user: personOf(row.userId),
        actor: personOf(row.actorId),
      }))
      return { items: described, next: next === null ? null : String(next) }
    },
  })
}

export function exportAuditEvents({ sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/audit-events/export',
    summary: 'Export security events',
    description: 'Oldest first, one JSON object per line (NDJSON), streamed.',
    tags: ['Audit'],
    access: 'fresh audit:read',
    request: { query: SearchQuery },
    responses: {
      200: { description: 'One event per line', schema: z.string(), contentType: 'application/x-ndjson' },
    },
    handler: async ({ query, res }) => {
      res.attachment('audit-events.ndjson').type('application/x-ndjson')
      await pipeline(Readable.from(linesOf(allEvents(sequelize, query))), res)
    },
  })
}

async function* linesOf(events: AsyncIterable<AuditEventRow>) {
  for await (const event of events) yield `${JSON.stringify(describe(event))}\n`
}

function describe(row: AuditEventRow) {
  return {
    id: Number(row.seq),
    at: row.at,
    event: row.event,
    userId: row.userId,
    actorId: row.actorId,
    sessionId: row.sessionId,
    address: row.address,
    device: row.userAgent === null ? null : deviceOf(row.userAgent),
    requestId: row.requestId,
    details: JSON.parse(row.details),
  }
}
