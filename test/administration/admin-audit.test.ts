import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Role } from '../../models/role.ts'
import { days, hours } from '../../src/durations.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let admin: ApiClient
let bobId = ''
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
  bobId = (await grant(BOB, 'user')).id
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
  for (let index = 0; index < 1100; index++)
    await server.deps.audit.record('user_updated', { userId: bobId, details: { index } })
})
afterAll(() => server.close())

type Event = { id: number; event: string; userId: string | null; details: { index?: number } }

describe('the log of security events', () => {
  test('is listed newest first, page by page, without a gap', async () => {
    const seen: number[] = []
    for (let before = ''; ; ) {
      const { body } = await admin.send('get', `/audit-events?event=user_updated&limit=100${before}`).expect(200)
      seen.push(...body.items.map(({ details }: Event) => details.index))
      if (body.next === null) break
      before = `&before=${body.next}`
    }
    expect(seen).toEqual(Array.from({ length: 1100 }, (_, index) => 1099 - index))
  })

  test('is filtered by whom, by what and by when', async () => {
    const of = async (query: string) =>
      (await admin.send('get', `/audit-events?${query}`).expect(200)).body.items as Event[]
    expect(new Set((await of(`userId=${bobId}`)).map(({ userId }) => userId))).toEqual(new Set([bobId]))
    expect((await of('event=user_created')).map(({ event }) => event)).toEqual(['user_created', 'user_created'])
    expect(await of('since=2099-01-01T00:00:00Z')).toEqual([])
    expect(await of('until=2001-01-01T00:00:00Z')).toEqual([])
    expect((await of('since=2001-01-01T00:00:00Z&until=2099-01-01T00:00:00Z')).length).toBeGreaterThan(0)
  })

  test('with two filters a page reads no more than its share, and going on finds what fits both', async () => {
    const path = `/audit-events?userId=${bobId}&event=user_created`
    const { body } = await admin.send('get', path).expect(200)
    expect(body.items).toEqual([])
    const rest = await admin.send('get', `${path}&before=${body.next}`).expect(200)
    expect(rest.body).toMatchObject({ items: [{ event: 'user_created', userId: bobId }], next: null })
  })

  test('is exported as one JSON object on each line, oldest first', async () => {
    const response = await fetch(`${server.url}/api/v1/audit-events/export?event=user_updated`, {
      headers: { Authorization: admin.authorization },
    })
    expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line).details.index)).toEqual(Array.from({ length: 1100 }, (_, index) => index))
  })

  test('names the people of each event, and finds what came from an address', async () => {
    const { body } = await admin.send('get', '/audit-events?event=user_created&address=127.0.0.1').expect(200)
    const bob = body.items.find(({ userId }: Event) => userId === bobId)
    expect(bob).toMatchObject({ user: { id: bobId, name: BOB.name, email: BOB.email }, address: '127.0.0.1' })
    const mapped = await admin.send('get', '/audit-events?event=user_created&address=::FFFF:127.0.0.1').expect(200)
    expect(mapped.body.items).toEqual(body.items)
    const none = await admin.send('get', '/audit-events?address=203.0.113.7').expect(200)
    expect(none.body.items).toEqual([])
  })

  test('8.2.1 tells no names to someone who may not see users', async () => {
    const role = await Role.create({ name: 'auditor', description: '', permissions: ['audit:read'] })
    await grant(BOB, 'auditor')
    const auditor = await apiClient(server, BOB)
    const { body } = await auditor.send('get', '/audit-events?event=user_created').expect(200)
    expect(body.items.map(({ user, actor }: Record<string, unknown>) => [user, actor])).toEqual([
      [null, null],
      [null, null],
    ])
    await role.destroy()
    server.deps.store.forgetAll()
  })

  test('the list of roles counts who has each', async () => {
    const { body } = await admin.send('get', `/roles`).expect(200)
    expect(body.items.find(({ name }: { name: string }) => name === 'user').users).toBe(2)
  })

  test.each(['address=x', 'event=nothing', 'userId=1', 'since=yesterday', 'limit=0', 'before=x', 'x=1'])(
    '2.2.1 refuses %s',
    async query => {
      expectProblem(await admin.send('get', `/audit-events?${query}`), 422, 'validation_failed')
    },
  )

  test('gives the overview its numbers, day by day', async () => {
    const { body } = await admin.send('get', '/overview').expect(200)
    expect(body).toMatchObject({ users: 2, disabledUsers: 0 })
    expect(body.liveSessions).toBeGreaterThan(0)
    expect(body.days).toHaveLength(30)
    expect(body.days.at(-1)).toMatchObject({ day: new Date().toISOString().slice(0, 10), failures: expect.any(Number) })
    expect(body.days.at(-1).liveSessions).toBe(body.liveSessions)
    expect(body.days.map(({ liveSessions }: { liveSessions: number | null }) => liveSessions === null)).toEqual([
      ...Array(22).fill(true),
      ...Array(8).fill(false),
    ])
  })

  test('gives the overview its numbers, hour by hour', async () => {
    const start = new Date(Math.floor(Date.now() / hours(1)) * hours(1))
    await server.deps.audit.record('authn_login_fail', {})
    await server.rows(`INSERT INTO "EventHours" VALUES ('${new Date(start.getTime() - hours(5)).toISOString().slice(0, 13)}',
      'authn_login_success', 17)`)
    const { body } = await admin.send('get', '/overview').expect(200)
    expect(body.hours).toHaveLength(24)
    expect(body.hours.at(-1)).toMatchObject({ hour: start.toISOString(), liveSessions: body.liveSessions })
    expect(body.hours.at(-1).failures).toBe(1)
    expect(body.hours.at(-6)).toMatchObject({ signIns: 17, failures: 0 })
    expect(body.hours[0].hour).toBe(new Date(start.getTime() - hours(23)).toISOString())
  })

  test('gives the overview version, mails and the end of the audit chain', async () => {
    const health = async () => (await admin.send('get', '/overview').expect(200)).body.health
    const [{ waiting } = { waiting: 0 }] = await server.rows<{ waiting: number }>(
      'SELECT COUNT(*) AS waiting FROM "Mails"',
    )
    expect(Number(waiting)).toBeGreaterThan(1)
    const sound = {
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      database: server.deps.database.dialect,
      mailsFailed: 0,
      audit: 'intact',
    }
    expect(await health()).toEqual({ ...sound, mailsWaiting: Number(waiting) })

    await server.rows(`UPDATE "Mails" SET "failedAt" = "createdAt" WHERE "id" = (SELECT "id" FROM "Mails" LIMIT 1)`)
    expect(await health()).toEqual({ ...sound, mailsWaiting: Number(waiting) - 1, mailsFailed: 1 })
  })

  test('counts the sessions that were alive at the end of each day', async () => {
    const lived = (id: string, from: string, to: string) =>
      server.rows(`INSERT INTO "Sessions" ("sid", "publicId", "userId", "data", "version", "secretId", "renew", "createdAt",
        "lastSeenAt", "expires", "absoluteExpires") VALUES ('${id}', '${randomUUID()}', '${bobId}', '{}', 1, '', FALSE,
        '${from}', '${from}', '${to}', '${to}')`)
    const dayAgo = (count: number, time: string) =>
      `${new Date(Date.now() - days(count)).toISOString().slice(0, 10)} ${time} +00:00`
    await lived('over-two-midnights', dayAgo(4, '10:00:00.000'), dayAgo(2, '10:00:00.000'))
    await lived('within-a-day', dayAgo(3, '01:00:00.000'), dayAgo(3, '23:00:00.000'))
    const { body } = await admin.send('get', '/overview').expect(200)
    const live = body.days.slice(-6).map(({ liveSessions }: { liveSessions: number }) => liveSessions)
    expect(live.slice(0, 5)).toEqual([0, 1, 1, 0, 0])
  })

  test('8.2.1 is closed to who may not read it', async () => {
    const bob = await apiClient(server, BOB)
    for (const path of ['/audit-events', '/audit-events/export', '/overview'])
      expectProblem(await bob.send('get', path), 403, 'forbidden')
  })

  test.each(['put', 'patch', 'post', 'delete'] as const)('16.4.2 has no way to %s it', async method => {
    await admin.send(method, '/audit-events').expect(405)
  })
})
