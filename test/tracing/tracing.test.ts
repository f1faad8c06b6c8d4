import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { ADA, PASSWORD, startServer } from '../support/harness.ts'

const MAIN = path.resolve(import.meta.dirname, '../../src/main.js')
const PRELOAD = path.resolve(import.meta.dirname, 'preload.ts')
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`
const SECRETS = { path: 'link-token-in-the-path', query: 'code-in-the-query', agent: 'Browser of Ada' }

type Span = {
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code: number }
  events: unknown[]
  traceId: string
  spanId: string
  parent: string | null
}

const breaches = createServer((_req, res) => res.end('0018A45C4D1DEF81644B54AB7F969B88D65:0'))
let child: ChildServer
beforeAll(async () => {
  await new Promise<void>(resolve => breaches.listen(0, '127.0.0.1', resolve))
  const { port } = breaches.address() as AddressInfo
  const settings = { BREACHED_PASSWORDS: 'hibp', HIBP_URL: `http://127.0.0.1:${port}` }
  child = await startTraced(settings)
})
afterAll(async () => {
  await child.close()
  breaches.close()
})

async function startTraced(settings: Record<string, string>) {
  const started = await startChild({ TRACING: 'true', SPANS: 'spans', LOG_LEVEL: 'info', ...settings }, MAIN, [
    process.execPath,
    '--import',
    PRELOAD,
  ])
  await started.printed(/Listening on/)
  return started
}

async function spansOf({ directory }: ChildServer): Promise<Span[]> {
  const text = await readFile(path.join(directory, 'spans'), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(line => line)
    .map(line => JSON.parse(line))
}

/** Waits, because a span ends after its response. */
async function traceOf(server: ChildServer, name: string, already: Span[] = []): Promise<{ root: Span; rest: Span[] }> {
  const known = new Set(already.map(({ spanId }) => spanId))
  let trace: { root: Span; rest: Span[] } | undefined
  await expect
    .poll(
      async () => {
        const spans = await spansOf(server)
        const root = spans.find(span => span.name === name && span.kind === 1 && !known.has(span.spanId))
        trace = root && { root, rest: spans.filter(span => span.traceId === root.traceId && span !== root) }
        return trace !== undefined
      },
      { timeout: seconds(5) },
    )
    .toBe(true)
  if (!trace) throw new Error(`no span ${name}`)
  return trace
}

const namesOf = (spans: Span[]) => spans.map(({ name }) => name)

test('a registration and a sign-in show what they waited for', async () => {
  await supertest(child.url).post('/auth/register').send(ADA).expect(201)
  const registration = await traceOf(child, 'POST /auth/register')
  expect(namesOf(registration.rest)).toEqual(expect.arrayContaining(['hash password', 'INSERT Users', 'GET']))
  const lookup = registration.rest.find(({ name }) => name === 'GET')
  expect(lookup?.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'http.response.status_code': 200 })
  expect(Object.keys(lookup?.attributes ?? {})).toHaveLength(4)

  const answer = await supertest(child.url)
    .post('/auth/login')
    .set('User-Agent', SECRETS.agent)
    .send({ email: ADA.email, password: PASSWORD })
    .expect(200)
  const { root, rest } = await traceOf(child, 'POST /auth/login')
  expect(root).toMatchObject({
    parent: null,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/auth/login',
      'http.response.status_code': 200,
      'http.response.header.x-request-id': [answer.headers['x-request-id']],
    },
  })
  expect(namesOf(rest)).toEqual(
    expect.arrayContaining(['verify password', 'SELECT Users', 'INSERT Sessions', 'COMMIT']),
  )
  expect(rest.every(({ parent }) => parent === root.spanId)).toBe(true)
  const insert = rest.find(({ name }) => name === 'INSERT Sessions')
  expect(insert?.attributes).toEqual({
    'db.system.name': 'sqlite',
    'db.operation.name': 'INSERT',
    'db.collection.name': 'Sessions',
  })
})

test('a check that the cache answers has no child, and mails have a span', async () => {
  const browser = supertest.agent(child.url)
  await browser.post('/auth/login').send({ email: ADA.email, password: PASSWORD }).expect(200)
  await browser.get('/auth/session').expect(200)
  const first = await traceOf(child, 'GET /auth/session')
  await browser.get('/auth/session').expect(200)
  expect((await traceOf(child, 'GET /auth/session', [first.root])).rest).toEqual([])
  await expect.poll(async () => namesOf(await spansOf(child)), { timeout: seconds(20) }).toContain('send mail')
})

test('no span has a secret, an address, a query or the path of a request without a route', async () => {
  const browser = supertest.agent(child.url)
  const answer = await browser.post('/auth/login').send({ email: ADA.email, password: PASSWORD }).expect(200)
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  await browser.get(`/auth/session?code=${SECRETS.query}`).set('User-Agent', SECRETS.agent).expect(200)
  await supertest(child.url).get(`/${SECRETS.path}`).expect(404)
  await supertest(child.url).post('/auth/login').send({ email: ADA.email, password: 'wrong' }).expect(401)
  await expect.poll(async () => (await spansOf(child)).some(({ name }) => name === 'GET')).toBe(true)
  const text = await readFile(path.join(child.directory, 'spans'), 'utf8')
  const sid = decodeURIComponent(cookie.split(/[=;]/)[1] ?? '').split(/[:.]/)[1] ?? ''
  expect(sid.length).toBeGreaterThan(20)
  for (const secret of [
    PASSWORD,
    'wrong',
    ADA.email,
    ADA.name,
    'example.org',
    sid,
    '/range/',
    ...Object.values(SECRETS),
  ])
    expect(text).not.toContain(secret)
  const spans = await spansOf(child)
  expect(spans.flatMap(({ events }) => events)).toEqual([])
  const allowed =
    /^(http\.(request\.method|route|response\.(status_code|header\.x-request-id))|db\.|error\.type$|server\.|latchkey\.mail\.template$)/
  expect(spans.flatMap(({ attributes }) => Object.keys(attributes)).filter(key => !allowed.test(key))).toEqual([])
})

test('a stranger does not choose the trace; a trusted proxy does', async () => {
  const ask = (url: string) => supertest(url).get('/healthz').set('traceparent', TRACEPARENT).expect(200)
  await ask(child.url)
  expect((await traceOf(child, 'GET /healthz')).root).toMatchObject({ parent: null })
  expect((await spansOf(child)).map(({ traceId }) => traceId)).not.toContain(CALLER.traceId)

  const behindProxy = await startTraced({ TRUST_PROXY: 'loopback' })
  try {
    await ask(behindProxy.url)
    const { root } = await traceOf(behindProxy, 'GET /healthz')
    expect(root).toMatchObject({ traceId: CALLER.traceId, parent: CALLER.spanId })
  } finally {
    await behindProxy.close()
  }
})

test('without an SDK the server says so and works; it is off by default', async () => {
  const alone = await startServer({ TRACING: 'true' })
  await alone.register()
  await alone.signIn()
  await alone.close()
  const started = await startChild({ TRACING: 'true', LOG_LEVEL: 'info' })
  try {
    await started.printed(/no OpenTelemetry SDK was loaded/)
  } finally {
    await started.close()
  }
  const plain = await startServer()
  expect(plain.deps.tracing).toBeUndefined()
  await plain.close()
})
