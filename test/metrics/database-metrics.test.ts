import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/child-server.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { failStatements } from '../support/statements.ts'
import { scrape, valueIn } from './scrape.ts'
import { serveMetricsOf } from './serve-metrics.ts'

let server: TestServer
let port: number
let metrics: Awaited<ReturnType<typeof serveMetricsOf>>
beforeAll(async () => {
  port = await freePort()
  server = await startServer({ METRICS_PORT: String(port), DATABASE_POOL: '3' })
  metrics = await serveMetricsOf(server)
  await server.register()
})
afterAll(async () => {
  await metrics.close()
  await server.close()
})

test('shows how many connections work, and what waits for one', async () => {
  const isPostgres = server.deps.database.dialect === 'postgres'
  const idle = await scrape(port)
  const limit = valueIn(idle, 'latchkey_database_connections_limit')
  expect(limit).toBe(isPostgres ? 3 : 1)
  expect(valueIn(idle, 'latchkey_database_waiting')).toBe(0)
  const gate = Promise.withResolvers<void>()
  const held = Array.from({ length: limit + 2 }, () => server.deps.sequelize.transaction(() => gate.promise))
  try {
    await expect.poll(connections, { timeout: 10_000 }).toEqual({ waiting: 2, inUse: limit })
  } finally {
    gate.resolve()
    await Promise.all(held)
  }
  await expect.poll(async () => valueIn(await scrape(port), 'latchkey_database_waiting')).toBe(0)
})

async function connections() {
  const metrics = await scrape(port)
  return {
    waiting: valueIn(metrics, 'latchkey_database_waiting'),
    inUse: valueIn(metrics, 'latchkey_database_connections_in_use'),
  }
}

test('shows when each sweep ran, for how long, what it deleted and whether it failed', async () => {
  const before = await scrape(port)
  expect(before).not.toContain('latchkey_sweep_last_success_timestamp_seconds{')
  const { browser } = await server.signIn()
  await browser.post('/auth/logout').expect(200)
  await server.rows(`UPDATE "Sessions" SET "expires" = '2020-01-01 00:00:00.000 +00:00' WHERE "endedAt" IS NOT NULL`)
  const startedAt = Date.now() / 1000
  await metrics.sweeps.sessions.attempt()
  const heal = failStatements(/DELETE FROM "Devices"/)
  server.deps.logger.silent = true
  await metrics.sweeps.expired_rows.attempt()
  server.deps.logger.silent = false
  heal()
  const after = await scrape(port)
  const at = valueIn(after, 'latchkey_sweep_last_success_timestamp_seconds{sweep="sessions"}')
  expect(at).toBeGreaterThanOrEqual(startedAt)
  expect(at - startedAt).toBeLessThan(30)
  expect(valueIn(after, 'latchkey_sweep_duration_seconds{sweep="sessions"}')).toBeGreaterThan(0)
  expect(valueIn(after, 'latchkey_sweep_rows_total{sweep="sessions"}')).toBe(1)
  expect(valueIn(after, 'latchkey_sweep_failures_total{sweep="sessions"}')).toBe(0)
  expect(valueIn(after, 'latchkey_sweep_failures_total{sweep="expired_rows"}')).toBe(1)
  expect(after).not.toContain('latchkey_sweep_last_success_timestamp_seconds{sweep="expired_rows"}')
})

test('shows how far this process may be behind changes elsewhere, and nothing while that is not known', async () => {
  const lag = valueIn(await scrape(port), 'latchkey_invalidation_lag_seconds')
  expect(lag).toBeGreaterThan(0)
  expect(lag).toBeLessThan(server.deps.channel.staleAtMost / 1000 + 1)
  await server.deps.channel.close()
  const lost = await scrape(port)
  expect(lost).toMatch(/^latchkey_invalidation_alive 0$/m)
  expect(lost).not.toMatch(/^latchkey_invalidation_lag_seconds /m)
})
