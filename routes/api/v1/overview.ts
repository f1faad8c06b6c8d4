import { QueryTypes, type Sequelize } from 'sequelize'
import { z } from 'zod'
import { countByDay } from '../../../src/audit/search.ts'
import { days } from '../../../src/durations.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import type { Deps } from '../../../src/services.ts'
import { countLive, liveAt } from '../../../src/sessions/list.ts'

const SPAN = 30

/** Counting a million rows takes longer than all the rest. */
const COUNTED_TO = 10_000

const OverviewSchema = z
  .strictObject({
    users: z.int(),
    disabledUsers: z.int(),
    liveSessions: z.int(),
    countedTo: z.int().meta({ description: 'Where counting stops: a larger number means more than this.' }),
    days: z
      .array(
        z.strictObject({
          day: z.iso.date(),
          signIns: z.int(),
          failures: z.int(),
          liveSessions: z.int().nullable().meta({
            description:
              'At the end of the day, or now. Null if SESSION_TOMBSTONES keeps too little of that day, or if more than `countedTo` sessions are kept.',
          }),
        }),
      )
      .meta({ description: `The last ${SPAN} days in UTC, oldest first; the last is today so far.` }),
  })
  .meta({ id: 'Overview' })

export function overviewEndpoint({ env, sequelize }: Deps) {
  return endpoint({
    method: 'get',
    path: '/api/v1/overview',
    summary: 'Show sign-ins, failures and active sessions',
    tags: ['Audit'],
    access: 'audit:read',
    responses: { 200: { description: 'Numbers', schema: OverviewSchema } },
    handler: async () => {
      const first = Date.now() - days(SPAN - 1)
      const counts = await countByDay(['authn_login_success', 'authn_login_fail'], dayOf(first))
      const countOf = (day: string, event: string) =>
        counts.find(each => each.day === day && each.event === event)?.count ?? 0
      const dates = Array.from({ length: SPAN }, (_, index) => dayOf(first + days(index)))
      const live = await liveByDay(sequelize, dates, env.SESSION_TOMBSTONES)
      return {
        users: await countUsers(sequelize, '"id" IS NOT NULL'),
        disabledUsers: await countUsers(sequelize, '"disabledAt" IS NOT NULL'),
        liveSessions: await countLive(sequelize, COUNTED_TO + 1),
        countedTo: COUNTED_TO,
        days: dates.map(day => ({
          day,
          signIns: countOf(day, 'authn_login_success'),
          failures: countOf(day, 'authn_login_fail'),
          liveSessions: live.get(day) ?? null,
        })),
      }
    },
  })
}

/** @returns how many users there are, COUNTED_TO and one more at most */
async function countUsers(sequelize: Sequelize, condition: string) {
  const [row] = await sequelize.query<{ count: number | string }>(
    `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM "Users" WHERE ${condition} LIMIT ${COUNTED_TO + 1}) AS "some"`,
    { type: QueryTypes.SELECT },
  )
  return Number(row?.count ?? 0)
}

async function liveByDay(sequelize: Sequelize, dates: string[], kept: number) {
  const now = Date.now()
  const ends = dates.map(day => ({ day, end: Math.min(new Date(day).getTime() + days(1), now) }))
  const known = ends.filter(({ end }) => end > now - kept)
  const counts = await liveAt(
    sequelize,
    known.map(({ end }) => new Date(end)),
    COUNTED_TO,
  )
  return new Map(known.map(({ day }, at) => [day, counts?.[at]]))
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
