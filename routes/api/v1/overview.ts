import type { Sequelize } from 'sequelize'
import { z } from 'zod'
import type { AuditEvent } from '../../../models/audit-event.ts'
import { COUNTED_TO, countRows, countUsers } from '../../../src/administration/count.ts'
import { countByDay, countByHour } from '../../../src/audit/search.ts'
import { NEWEST, verifyNewest } from '../../../src/audit/verify.ts'
import { days, hours } from '../../../src/durations.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { countLive, liveAt } from '../../../src/sessions/list.ts'
import { readVersion } from '../../../src/version.ts'

const DAYS = 30
const HOURS = 24

const numbers = {
  signIns: z.int(),
  failures: z.int(),
  liveSessions: z.int().nullable().meta({
    description:
      'At its end, or now. Null if SESSION_TOMBSTONES keeps too little of that time, or if more than `countedTo` sessions are kept.',
  }),
}

const HealthSchema = z.strictObject({
  version: z.string().meta({ example: '0.1.0' }),
  database: z.enum(['sqlite', 'postgres']),
  mailsWaiting: z.int(),
  mailsFailed: z.int().meta({ description: 'Given up after the last attempt.' }),
  audit: z.enum(['intact', 'broken', 'key-missing']).meta({
    description: `Whether the newest ${NEWEST} audit events are unchanged and complete. \`latchkey audit verify\` checks all.`,
  }),
})

const OverviewSchema = z
  .strictObject({
    users: z.int(),
    disabledUsers: z.int(),
    liveSessions: z.int(),
    countedTo: z.int().meta({ description: 'Where counting stops: a larger number means more than this.' }),
    days: z
      .array(z.strictObject({ day: z.iso.date(), ...numbers }))
      .meta({ description: `The last ${DAYS} days in UTC, oldest first; the last is today so far.` }),
    hours: z
      .array(z.strictObject({ hour: z.iso.datetime(), ...numbers }))
      .meta({ description: `The last ${HOURS} hours, by their start, oldest first; the last is this hour so far.` }),
    health: HealthSchema,
  })
  .meta({ id: 'Overview' })

export function overviewEndpoint({ env, database, sequelize, sealer }: Deps) {
  const version = readVersion()
  return endpoint({
    method: 'get',
    path: '/api/v1/overview',
    summary: 'Show sign-ins, failures, active sessions and health',
    tags: ['Audit'],
    access: 'audit:read',
    responses: { 200: { description: 'Numbers', schema: OverviewSchema } },
    handler: async () => {
      const dayStarts = startsOf(DAYS, days(1))
      const hourStarts = startsOf(HOURS, hours(1))
      const dayCounts = await countByDay(SIGN_INS, dayOf(dayStarts[0] ?? 0))
      const hourCounts = await countByHour(SIGN_INS, hourOf(hourStarts[0] ?? 0))
      const live = (starts: number[], length: number) => liveAtEnds(sequelize, starts, length, env.SESSION_TOMBSTONES)
      const liveOfDays = await live(dayStarts, days(1))
      const liveOfHours = await live(hourStarts, hours(1))
      return {
        users: (await countUsers(sequelize, {})) ?? 0,
        disabledUsers: (await countUsers(sequelize, { disabled: true })) ?? 0,
        liveSessions: await countLive(sequelize, COUNTED_TO + 1),
        countedTo: COUNTED_TO,
        days: dayStarts.map(start => {
          const day = dayOf(start)
          return { day, ...signInsOf(dayCounts.filter(row => row.day === day)), liveSessions: liveOfDays(start) }
        }),
        hours: hourStarts.map(start => {
          const counts = hourCounts.filter(({ hour }) => hour === hourOf(start))
          return { hour: new Date(start).toISOString(), ...signInsOf(counts), liveSessions: liveOfHours(start) }
        }),
        health: {
          version,
          database: database.dialect,
          mailsWaiting: await countRows(sequelize, '"Mails" WHERE "failedAt" IS NULL'),
          mailsFailed: await countRows(sequelize, '"Mails" WHERE "failedAt" IS NOT NULL'),
          audit: await verifyNewest(sealer),
        },
      }
    },
  })
}

const SIGN_INS: AuditEvent[] = ['authn_login_success', 'authn_login_fail']

function signInsOf(counts: { event: string; count: number }[]) {
  const countOf = (event: AuditEvent) => counts.find(row => row.event === event)?.count ?? 0
  return { signIns: countOf('authn_login_success'), failures: countOf('authn_login_fail') }
}

/** Of the last days or hours in UTC, oldest first. */
function startsOf(count: number, length: number): number[] {
  const last = Math.floor(Date.now() / length) * length
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * length)
}

/** @param kept for how long ended sessions are kept */
async function liveAtEnds(sequelize: Sequelize, starts: number[], length: number, kept: number) {
  const now = Date.now()
  const endOf = (start: number) => Math.min(start + length, now)
  const counted = starts.filter(start => endOf(start) > now - kept)
  const moments = counted.map(start => new Date(endOf(start)))
  const counts = await liveAt(sequelize, moments, COUNTED_TO)
  return (start: number) => counts?.[counted.indexOf(start)] ?? null
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
const hourOf = (time: number) => new Date(time).toISOString().slice(0, 13)
