import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { days, hours, minutes, seconds } from '../../src/durations.ts'
import { countLive } from '../../src/sessions/list.ts'
import { type Sweep, startSweep } from '../../src/sessions/sweep.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { failStatements, recordStatements, statementsOf } from '../support/statements.ts'
import { ask, moveClock, stopClock } from '../support/ways.ts'

const isPostgres = process.env.TEST_DATABASE === 'postgres'

let server: TestServer
let sweep: Sweep
beforeAll(async () => {
  server = await startServer({
    SESSION_IDLE: '2h',
    SESSION_ABSOLUTE: '6h',
    SESSION_TOMBSTONES: '7d',
    SESSION_SWEEP: '1m',
  })
  await server.register()
})
afterAll(() => server.close())
beforeEach(async () => {
  await server.rows('DELETE FROM "Sessions"')
  stopClock(server)
  sweep = startSweep(server.deps)
})
afterEach(async () => {
  await sweep.stop()
  vi.useRealTimers()
})

const step = (milliseconds: number) => moveClock(milliseconds, server)
const sids = async () => (await server.rows('SELECT "sid" FROM "Sessions"')).length
const sqlTime = (time: number) => `'${new Date(time).toISOString().replace('T', ' ').replace('Z', ' +00:00')}'`

/** So many sessions that ended at this time. */
async function endedRows(count: number, endedAt: number) {
  const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
  const at = sqlTime(endedAt)
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `('ended-${index}', '${id(index)}', '{}', 1, '', FALSE, ${at}, ${at}, ${at}, ${at}, ${at}, 'signed-out')`,
  )
  await server.rows(`INSERT INTO "Sessions" ("sid", "publicId", "data", "version", "secretId", "renew", "createdAt", "lastSeenAt",
    "expires", "absoluteExpires", "endedAt", "endReason") VALUES ${rows.join()}`)
}

describe('the sweep', () => {
  test('leaves live sessions, and ended and expired ones for as long as their reason is told', async () => {
    const [live, ended, expired] = [
      await server.signIn(undefined, { rememberMe: true }),
      await server.signIn(),
      await server.signIn(),
    ]
    await ended.browser.post('/auth/logout').expect(200)
    await step(days(7) - 1)
    expect(await sweep.runOnce()).toBe(0)
    await step(1)
    expect(await sweep.runOnce()).toBe(0)
    expect((await ask(server, '/auth/session', ended.cookie).expect(401)).body.reason).toBe('signed-out')
    expect((await ask(server, '/auth/session', expired.cookie).expect(401)).body.reason).toBe('idle')
    await step(1)
    expect(await sweep.runOnce()).toBe(1)
    expect((await ask(server, '/auth/session', ended.cookie).expect(401)).body.reason).toBeUndefined()
    await step(hours(2))
    const { ended: reasons } = server.deps.store.counters
    const before = new Map(reasons)
    expect(await sweep.runOnce()).toBe(1)
    expect(reasons).toEqual(new Map([...before, ['idle', (before.get('idle') ?? 0) + 1]]))
    await ask(server, '/auth/session', live.cookie).expect(200)
  })

  test('works in batches of 200 along the index, and counts what it drops', async () => {
    await endedRows(950, Date.now() - days(8))
    await server.signIn()
    const before = server.deps.store.counters.swept
    const { statements, stop } = recordStatements()
    expect(await sweep.runOnce()).toBe(950)
    stop()
    expect(statements.filter(sql => sql.startsWith('DELETE FROM "Sessions"'))).toHaveLength(5)
    expect(
      statements.every(sql => !sql.startsWith('DELETE') || sql.includes('LIMIT $2') || sql.includes('LIMIT $1')),
    ).toBe(true)
    expect(server.deps.store.counters.swept).toBe(before + 950)
    expect(await sids()).toBe(1)
  })

  test('two at once on one node are one', async () => {
    await endedRows(300, Date.now() - days(8))
    expect(await Promise.all([sweep.runOnce(), sweep.runOnce()])).toEqual([300, 300])
    expect(server.deps.store.table.errors).toBe(0)
  })

  test('a session that is used while it runs is not dropped', async () => {
    await endedRows(600, Date.now() - days(8))
    const { browser } = await server.signIn()
    const swept = sweep.runOnce()
    for (let asked = 0; asked < 10; asked++) await browser.get('/auth/profile').expect(200)
    expect(await swept).toBe(600)
    await browser.get('/auth/session').expect(200)
  })

  test('stop ends it after the batch under way', async () => {
    await endedRows(950, Date.now() - days(8))
    const swept = sweep.runOnce()
    await sweep.stop()
    expect(await swept).toBeLessThan(950)
    expect(await sids()).toBeGreaterThan(0)
  })

  test('runs by itself every SESSION_SWEEP; one that fails is logged, counted and followed by the next', async () => {
    await sweep.stop()
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
    sweep = startSweep(server.deps)
    await endedRows(10, Date.now() - days(8))
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    const before = server.deps.store.table.errors
    const heal = failStatements(/DELETE FROM "Sessions"/)
    vi.advanceTimersByTime(minutes(1))
    await vi.waitFor(() => expect(server.deps.store.table.errors).toBe(before + 1))
    expect(logged).toHaveBeenCalledWith(expect.stringContaining('sweep'), expect.anything())
    heal()
    expect(await sids()).toBe(10)
    vi.advanceTimersByTime(minutes(1) - seconds(1))
    await new Promise(resolve => setImmediate(resolve))
    vi.advanceTimersByTime(seconds(1))
    vi.useRealTimers()
    await vi.waitFor(async () => expect(await sids()).toBe(0))
    server.deps.store.table.errors = 0
  })

  if (isPostgres)
    test('one node at a time: while another holds the lock, nothing is dropped', async () => {
      await endedRows(10, Date.now() - days(8))
      const other = new Client({ connectionString: server.env.DATABASE_URL })
      await other.connect()
      await other.query('BEGIN')
      await other.query('SELECT pg_advisory_xact_lock(7124203)')
      expect(await sweep.runOnce()).toBe(0)
      await other.query('COMMIT')
      await other.end()
      expect(await sweep.runOnce()).toBe(10)
    })

  if (!isPostgres)
    test('old invalidations go with it', async () => {
      await server.rows(`INSERT INTO "Invalidations" ("payload", "createdAt") VALUES ('everything', ${sqlTime(0)})`)
      await server.signIn().then(({ browser }) => browser.post('/auth/logout'))
      const old = () => server.rows(`SELECT * FROM "Invalidations" WHERE "createdAt" < '2000-01-01'`)
      expect(await old()).toHaveLength(1)
      await sweep.runOnce()
      expect(await old()).toEqual([])
    })

  if (!isPostgres)
    test('live sessions are counted in the index alone, without reading rows', async () => {
      const [sql = ''] = await statementsOf(() => countLive(server.deps.sequelize, 10))
      const plan = await server.rows(`EXPLAIN QUERY PLAN ${sql}`)
      expect(JSON.stringify(plan)).toContain('USING COVERING INDEX sessions_expires')
    })

  test('expiry, the sweep and a user’s sessions each have an index', async () => {
    async function plan(where: string) {
      const sql = `SELECT "sid" FROM "Sessions" WHERE ${where}`
      if (!isPostgres) return JSON.stringify(await server.rows(`EXPLAIN QUERY PLAN ${sql}`))
      const client = new Client({ connectionString: server.env.DATABASE_URL })
      await client.connect()
      await client.query('SET enable_seqscan = off')
      const { rows } = await client.query(`EXPLAIN ${sql}`)
      await client.end()
      return JSON.stringify(rows)
    }
    expect(await plan(`"expires" < '2000-01-01 00:00:00' ORDER BY "expires" LIMIT 200`)).toMatch(/sessions_expires/i)
    expect(await plan(`"userId" = '00000000-0000-4000-8000-000000000000'`)).toMatch(/sessions_of_user/i)
    expect(await plan(`"publicId" = '00000000-0000-4000-8000-000000000000'`)).toMatch(/index/i)
  })
})
