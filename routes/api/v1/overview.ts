import { Op } from 'sequelize'
import { z } from 'zod'
import { days } from '../../../configs/durations.ts'
import { User } from '../../../models/user.ts'
import { countByDay } from '../../../src/audit/search.ts'
import type { Deps } from '../../../src/deps.ts'
import { endpoint } from '../../../src/http/endpoint.ts'
import { requirePermission } from '../../../src/http/guards.ts'
import { problems } from '../../../src/http/responses.ts'

const SPAN = 30

const OverviewSchema = z
  .strictObject({
    users: z.int(),
    disabledUsers: z.int(),
    liveSessions: z.int(),
    days: z
      .array(z.strictObject({ day: z.iso.date(), signIns: z.int(), failures: z.int() }))
      .meta({ description: `The last ${SPAN} days in UTC, the oldest first; the last is today so far.` }),
  })
  .meta({ id: 'Overview' })

export const overviewEndpoint = ({ store }: Deps) =>
  endpoint({
    method: 'get',
    path: '/api/v1/overview',
    summary: 'Sign-ins, failures and live sessions',
    tags: ['Audit'],
    security: 'bearer',
    responses: { 200: { description: 'Numbers', schema: OverviewSchema }, ...problems(400, 401, 403, 503) },
    guards: [requirePermission('audit:read')],
    handler: async () => {
      const first = Date.now() - days(SPAN - 1)
      const since = new Date(dayOf(first))
      const counts = await countByDay(['authn_login_success', 'authn_login_fail'], since)
      const countOf = (day: string, event: string) =>
        counts.find(each => each.day === day && each.event === event)?.count ?? 0
      return {
        users: await User.count(),
        disabledUsers: await User.count({ where: { disabledAt: { [Op.ne]: null } } }),
        liveSessions: await store.table.count(),
        days: Array.from({ length: SPAN }, (_, index) => dayOf(first + days(index))).map(day => ({
          day,
          signIns: countOf(day, 'authn_login_success'),
          failures: countOf(day, 'authn_login_fail'),
        })),
      }
    },
  })

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)
