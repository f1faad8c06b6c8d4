import { execFile, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { freePort } from '../support/child-server.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { startPrometheus } from '../support/proxies.ts'
import { scrape as scrapeAt, valueIn } from './scrape.ts'
import { serveMetricsOf } from './serve-metrics.ts'

const EXAMPLES = path.resolve(import.meta.dirname, '../../docs/examples')

let server: TestServer
let port: number
let metrics: Awaited<ReturnType<typeof serveMetricsOf>>
beforeAll(async () => {
  port = await freePort()
  server = await startServer({ METRICS_PORT: String(port) })
  metrics = await serveMetricsOf(server)
  await server.register()
})
afterAll(async () => {
  await metrics.close()
  await server.close()
})

const scrape = () => scrapeAt(port)
const namesIn = (scraped: string) => new Set([...scraped.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name))
const seriesOf = (scraped: string) => scraped.split('\n').filter(line => line.startsWith('latchkey_')).length

test('counts requests by declared route, and sign-ins by way and outcome', async () => {
  await server.signIn()
  await supertest(server.url).post('/auth/login').send({ email: ADA.email, password: 'wrong one' }).expect(401)
  await supertest(server.url).get('/api/v1/users/00000000-0000-4000-8000-000000000000?secret=1').expect(401)
  const scraped = await scrape()
  expect(scraped).toContain('latchkey_sign_ins_total{way="password",outcome="success"} 1\n')
  expect(scraped).toContain('latchkey_sign_ins_total{way="password",outcome="failure"} 1\n')
  expect(scraped).toContain('{method="GET",route="/api/v1/users/:id",status="401"} 1\n')
  expect(scraped).toMatch(/^latchkey_sessions 1$/m)
  expect(scraped).toMatch(/^latchkey_ready 1$/m)
  expect(scraped).not.toMatch(/ada|secret|127\.0\.0\.1/)
})

test('counts sessions ended by reason, and lookups answered from memory', async () => {
  const before = await scrape()
  const { browser } = await server.signIn()
  for (let asked = 0; asked < 5; asked++) await browser.get('/auth/session').expect(200)
  await browser.post('/auth/logout').expect(200)
  const after = await scrape()
  const added = (series: string) => valueIn(after, series) - valueIn(before, series)
  expect(added('latchkey_sessions_ended_total{reason="signed-out"}')).toBe(1)
  expect(added('latchkey_sessions_ended_total{reason="admin"}')).toBe(0)
  expect(added('latchkey_cache_lookups_total{cache="sessions",outcome="miss"}')).toBe(1)
  expect(added('latchkey_cache_lookups_total{cache="sessions",outcome="hit"}')).toBeGreaterThanOrEqual(5)
  expect(added('latchkey_session_store_errors_total')).toBe(0)
})

test('no visitor adds a series', async () => {
  const hostile = (at: number) => [
    supertest(server.url).get(`/nowhere/${at}?q=${at}`),
    supertest(server.url).get(`/api/v1/users/${at}`),
    supertest(server.url).get(`/api/v1/users/%2e%2e/${at}`),
    fetch(`${server.url}/nowhere/${at}`, { method: `X${at}` }).catch(() => {}),
  ]
  await Promise.all(hostile(0))
  const before = seriesOf(await scrape())
  for (let at = 1; at < 20; at++) await Promise.all(hostile(at))
  expect(seriesOf(await scrape())).toBe(before)
})

test('only GET /metrics is answered', async () => {
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404)
  await supertest(server.url).get('/metrics').expect(404)
})

test('promtool finds no fault in the names and types', async () => {
  const child = spawn('promtool', ['check', 'metrics'])
  child.stdin.end(await scrape())
  // The names of the default metrics are prom-client's.
  const faults = (await text(child.stderr)).split('\n').filter(line => line && !line.startsWith('nodejs_'))
  expect(faults).toEqual([])
})

test('the documented alerts pass their own tests, and alerts, dashboard and docs name metrics that exist', async () => {
  await promisify(execFile)('promtool', ['test', 'rules', 'alerts.test.yaml'], { cwd: EXAMPLES })
  const known = namesIn(await scrape())
  for (const file of ['alerts.yaml', 'grafana-dashboard.json', '../metrics.md']) {
    const written = await readFile(path.join(EXAMPLES, file), 'utf8')
    const names = [...written.matchAll(/\b(?:latchkey|nodejs|process)_[a-z0-9_]*[a-z0-9]\b/g)].map(([name]) => name)
    const base = names.map(name => name.replace(/_(bucket|count|sum)$/, ''))
    expect(base.length).toBeGreaterThan(5)
    expect(base.filter(name => !known.has(name))).toEqual([])
  }
})

test('Prometheus scrapes it', async () => {
  const prometheus = await startPrometheus(
    `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: latchkey\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`,
  )
  try {
    await expect
      .poll(
        async () => {
          const response = await fetch(`http://127.0.0.1:${prometheus.port}/api/v1/query?query=latchkey_ready`)
          const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
          return data.result[0]?.value[1]
        },
        { timeout: seconds(30) },
      )
      .toBe('1')
  } finally {
    await prometheus.close()
  }
})

test('without its database, the rest is still served', async () => {
  await rm(server.env.DATABASE_URL.replace('sqlite:', ''))
  await expect.poll(scrape, { timeout: seconds(15), interval: 500 }).toMatch(/^latchkey_ready 0$/m)
  await expect.poll(scrape, { timeout: seconds(15), interval: 500 }).not.toMatch(/^latchkey_sessions /m)
})

test('is off by default, and then nothing is measured', async () => {
  const plain = await startServer()
  expect(plain.deps.metrics).toBeUndefined()
  await plain.close()
})
