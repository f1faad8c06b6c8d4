import { createRemoteJWKSet, jwtVerify } from 'jose'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/child-server.ts'
import { clientsFile, cookieLine } from '../support/forward.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { PROXIES, startPrometheus, startProxy, startTap } from '../support/proxies.ts'
import { head, sendRaw } from '../support/raw-http.ts'

type Closing = { close(): unknown }

const HOST = 'metrics.localhost'
const OTHER = 'wiki.localhost'
const PAGE = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' }

const ports = new Map<string, number>()
const running: Closing[] = []
let server: TestServer
let login = ''
let session = ''
let tap: Awaited<ReturnType<typeof startTap>>
beforeAll(async () => {
  const prometheus = await startPrometheus()
  tap = await startTap(prometheus.port)
  for (const name of PROXIES) ports.set(name, await freePort())
  const hosts = [...ports.values()].flatMap(port => [HOST, OTHER].map(host => `http://${host}:${port}`))
  const entries = hosts.map(
    origin =>
      `  - { origin: "${origin}", rules: [{ path: /-/healthy, access: public }, { path: /admin/*, roles: [admin] }] }`,
  )
  const port = await freePort()
  login = `http://login.localhost:${port}`
  server = await startServer({
    PORT: String(port),
    BASE_URL: login,
    TRUST_PROXY: '127.0.0.1',
    FORWARD_AUTH: 'true',
    CLIENTS_FILE: clientsFile(`hosts:\n${entries.join('\n')}\n`),
  })
  running.push(prometheus, tap)
  for (const [name, port] of ports) {
    const setup = { port, latchkey: server.port, application: tap.port, hosts: [HOST, OTHER] }
    running.push(await startProxy(name as (typeof PROXIES)[number], setup))
  }
  await server.register()
  session = (await server.signIn()).cookie
})
afterAll(async () => {
  for (const each of running) await each.close()
  await server.close()
})

describe.each(PROXIES)('%s, configured as docs/forward-auth.md says', name => {
  const port = () => ports.get(name) ?? 0
  const originOf = (host = HOST) => `http://${host}:${port()}`

  function ask(path: string, headers: Record<string, string> = {}, host = HOST, method: 'get' | 'post' = 'get') {
    return supertest(`http://127.0.0.1:${port()}`)
      [method](path)
      .set({ Host: `${host}:${port()}`, ...headers })
  }

  /** What a browser does, from the application to its cookie. */
  async function signIn(to = '/classic/graph', host = HOST): Promise<string> {
    const refused = await ask(to, PAGE, host).expect(302)
    const start = refused.headers.location ?? ''
    expect(start).toBe(`${originOf(host)}/.latchkey/start?${new URLSearchParams({ to })}`)
    const started = await ask(start.slice(originOf(host).length), PAGE, host).expect(303)
    const there = started.headers.location ?? ''
    expect(there.startsWith(`${login}/auth/forward/sign-in?`)).toBe(true)
    const sent = await supertest(server.url).get(there.slice(login.length)).set('Cookie', session).expect(303)
    const callback = sent.headers.location ?? ''
    const done = await ask(callback.slice(originOf(host).length), { ...PAGE, Cookie: cookieLine(started) }, host)
    expect(done.headers.location).toBe(originOf(host) + to)
    return cookieLine(done)
  }
  const received = () => tap.requests.at(-1)?.headers ?? {}

  test('sends a page to the sign-in and back, and a script gets 401', async () => {
    const cookie = await signIn('/classic/graph?g0.expr=up&g0.tab=1')
    const { text } = await ask('/classic/graph', { ...PAGE, Cookie: cookie }).expect(200)
    expect(text).toContain('Prometheus Time Series Collection')
    expect((await ask('/api/v1/query?query=up', { 'Sec-Fetch-Mode': 'cors' })).status).toBe(401)
    await ask('/api/v1/query?query=up', { Cookie: cookie }).expect(200)
  })

  test('tells the application who it is, whatever the visitor says', async () => {
    const spoofed = {
      'Remote-User': 'root',
      'Remote-Email': 'root@example.org',
      'Remote-Name': 'root',
      'Remote-Groups': 'admin',
      'Latchkey-Assertion': 'x',
    }
    await ask('/classic/graph', { Cookie: await signIn(), ...spoofed }).expect(200)
    expect(received()).toMatchObject({ 'remote-name': ADA.name, 'remote-groups': 'user' })
    expect(received()['remote-email'] ?? '').toBe('')
    const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`))
    const options = { issuer: login, audience: originOf(), typ: 'latchkey-assertion+jwt' }
    const { payload } = await jwtVerify(String(received()['latchkey-assertion']), keys, options)
    expect(payload.sub).toBe(received()['remote-user'])
    await ask('/-/healthy', spoofed).expect(200)
    for (const header of Object.keys(spoofed)) expect(received()[header.toLowerCase()] ?? '').toBe('')
  })

  test('keeps the cookie of Latchkey from the application, and no other', async () => {
    const cookie = await signIn()
    for (const [sent, left] of [
      [cookie, /^$/],
      [`theme=dark; ${cookie}; lang=en`, /^theme=dark; lang=en$/],
      [`${cookie}; theme=dark`, /^(; )?theme=dark$/],
    ] as const) {
      await ask('/classic/graph', { Cookie: sent }).expect(200)
      expect(received().cookie ?? '').toMatch(left)
    }
  })

  test('refuses what a visitor adds to be taken for another request', async () => {
    const cookie = await signIn()
    const before = tap.requests.length
    for (const headers of [
      { 'X-Forwarded-Uri': '/-/healthy' },
      { 'X-Forwarded-Host': 'evil.example' },
      { 'X-Forwarded-Method': 'OPTIONS' },
      { 'X-Original-URL': `${originOf()}/-/healthy`, 'X-Original-Method': 'GET' },
      { 'X-Original-URI': '/-/healthy' },
    ]) {
      expect((await ask('/classic/graph', headers as Record<string, string>)).status).toBe(401)
      expect((await ask('/admin/x', { ...headers, Cookie: cookie } as Record<string, string>)).status).toBe(403)
    }
    expect(tap.requests.length).toBe(before)
  })

  test('refuses roles, other hosts and ambiguous paths', async () => {
    const cookie = await signIn()
    const before = tap.requests.length
    expect((await ask('/admin/tsdb', { Cookie: cookie })).status).toBe(403)
    expect((await ask('/classic/graph', { Cookie: cookie }, OTHER)).status).toBe(401)
    await ask('/classic/graph', { Cookie: cookie }, 'unknown.localhost')
    for (const target of ['/-/healthy/..;/admin', '//admin', '/-/healthy/%2e%2e/%2e%2e/admin', '/graph%2f..%2fadmin']) {
      const { status } = await sendRaw(
        port(),
        head('GET', target, `Cookie: ${cookie}`).replace('localhost', `${HOST}:${port()}`),
      )
      expect({ target, status }).toEqual({ target, status: 403 })
    }
    const absolute = head('GET', 'http://evil.example/classic/graph').replace('localhost', `${HOST}:${port()}`)
    await sendRaw(port(), absolute)
    expect(tap.requests.length).toBe(before)
  })

  test('refuses a form of another site, and a question about it from outside', async () => {
    const cookie = await signIn()
    const form = { Cookie: cookie, Origin: originOf(OTHER), 'Sec-Fetch-Site': 'same-site' }
    expect((await ask('/-/quit', form, HOST, 'post')).status).toBe(403)
    const own = { Cookie: cookie, Origin: originOf(), 'Sec-Fetch-Site': 'same-origin' }
    expect((await ask('/api/v1/query?query=up', own, HOST, 'post')).status).toBe(200)
    expect([401, 403, 404]).toContain((await ask('/auth/forward', { Cookie: cookie })).status)
    expect([403, 404]).toContain((await ask('/.latchkey/ask', { Cookie: cookie })).status)
  })

  test('ends the sign-in on both hosts', async () => {
    const cookies = [[HOST, await signIn()] as const, [OTHER, await signIn('/classic/graph', OTHER)] as const]
    for (const [host, cookie] of cookies) await ask('/classic/graph', { Cookie: cookie }, host).expect(200)
    const [[host, cookie] = ['', '']] = cookies
    await ask('/.latchkey/sign-out', { Cookie: cookie, Origin: originOf() }, host, 'post').expect(303)
    for (const [host, cookie] of cookies) await ask('/classic/graph', { Cookie: cookie }, host).expect(401)
    session = (await server.signIn()).cookie
  })
})
