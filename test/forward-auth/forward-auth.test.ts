import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Role } from '../../models/role.ts'
import { disableUser } from '../../src/administration/administer.ts'
import { minutes, seconds } from '../../src/durations.ts'
import { asBearer, makeAdmin, userOf } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import {
  askAbout,
  central,
  cookieLine,
  FAR,
  LOGIN,
  MACHINES,
  METRICS,
  onHost,
  openApplication,
  registerAndSignIn,
  signInAt,
  startForward,
  visit,
  WIKI,
} from '../support/forward.ts'
import { ADA, BOB, cookiesOf, type TestServer } from '../support/harness.ts'
import { countStatements } from '../support/statement-counter.ts'

const PAGE = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' }
const counter = countStatements()

let server: TestServer
let ada = ''
let bob = ''
beforeAll(async () => {
  server = await startForward()
  ada = await registerAndSignIn(server)
  bob = await registerAndSignIn(server, BOB)
  await makeAdmin(BOB)
})
afterAll(async () => {
  counter.stop()
  await server.close()
})

describe('without a sign-in', () => {
  test('a page gets 401 with where to sign in, or 302 where the proxy asks for that', async () => {
    const start = `${METRICS}/.latchkey/start?to=%2Fgraph%3Fg0.expr%3Dup`
    const refused = await askAbout(server, `${METRICS}/graph?g0.expr=up`, PAGE)
    expectProblem(refused, 401, 'authentication_required')
    expect(refused.headers.location).toBe(start)
    const sent = await askAbout(server, `${METRICS}/graph?g0.expr=up`, PAGE, { query: '?answer=redirect' }).expect(302)
    expect(sent.headers.location).toBe(start)
  })

  test.each([
    ['a script', 'GET', { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' }],
    ['a program', 'GET', { Accept: '*/*' }],
    ['a form', 'POST', PAGE],
  ])('%s gets 401 and no address, whatever the proxy asks for', async (_, method, headers) => {
    const answer = await askAbout(server, `${METRICS}/graph`, headers, { method, query: '?answer=redirect' })
    expectProblem(answer, 401, 'authentication_required')
    expect(answer.headers.location).toBeUndefined()
  })

  test('a public path is open, and says who asks to nobody', async () => {
    for (const path of ['/healthz', '/healthz/', '/assets/app.js']) {
      const { headers } = await askAbout(server, METRICS + path).expect(200)
      for (const name of ['remote-user', 'remote-email', 'remote-name', 'remote-groups', 'latchkey-assertion'])
        expect(headers[name]).toBe('')
    }
    await askAbout(server, `${METRICS}/assets/app.js`, {}, { method: 'POST' }).expect(401)
  })

  test('the session cookie of the login server opens no application', async () => {
    await askAbout(server, `${METRICS}/`, { Cookie: ada }).expect(401)
  })
})

describe('the way to an application', () => {
  test('leads over the login server back to the page, with a cookie of that host only', async () => {
    const { answer, cookie, location } = await openApplication(server, METRICS, ada, '/graph?a=1&b=%2F')
    expect(location).toBe(`${METRICS}/graph?a=1&b=%2F`)
    expect([...cookiesOf(answer).keys()]).toEqual(['__Host-latchkey.application'])
    const set = cookiesOf(answer).get('__Host-latchkey.application')
    const { expires, ...rest } = Object.fromEntries(set?.attributes ?? [])
    expect(rest).toEqual({ path: '/', httponly: '', secure: '', samesite: 'Lax' })
    expect(Date.parse(expires ?? '')).toBeGreaterThan(Date.now())
    await askAbout(server, `${METRICS}/graph`, { Cookie: cookie }).expect(200)
  })

  test('begins at the sign-in page for somebody who is not signed in, and comes back', async () => {
    const started = await onHost(server, `${METRICS}/.latchkey/start?to=/graph`).expect(303)
    const there = started.headers.location?.slice(LOGIN.length) ?? ''
    const { headers } = await central(server, 'get', there).expect(303)
    const page = new URL(headers.location ?? '', LOGIN)
    expect(page.pathname).toBe('/sign-in')
    expect(page.searchParams.get('returnTo')).toBe(there)
    await central(server, 'get', there, ada).expect(303)
  })

  test('leads to the first page where the path is longer than a browser can carry along', async () => {
    const { location } = await openApplication(server, METRICS, ada, `/${'x'.repeat(1600)}`)
    expect(location).toBe(`${METRICS}/`)
  })

  test('works for two hosts and for another domain, each with a cookie of its own', async () => {
    const cookies = []
    for (const origin of [METRICS, WIKI, FAR]) cookies.push((await openApplication(server, origin, bob)).cookie)
    expect(new Set(cookies).size).toBe(3)
  })
})

describe('who asks', () => {
  async function ask(origin: string, session: string, path = '/') {
    const { cookie } = await openApplication(server, origin, session)
    return await askAbout(server, origin + path, { Cookie: cookie })
  }

  test('is told by four headers and a signed assertion for that host', async () => {
    const { id } = await userOf(ADA)
    const { headers } = await ask(METRICS, ada)
    expect(headers).toMatchObject({
      'remote-user': id,
      'remote-email': '',
      'remote-name': 'Ada Lovelace',
      'remote-groups': 'user',
    })
    const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`))
    const options = { issuer: LOGIN, audience: METRICS, typ: 'latchkey-assertion+jwt' }
    const { payload } = await jwtVerify(headers['latchkey-assertion'] ?? '', keys, options)
    const { iat = 0, exp = 0 } = payload
    expect(exp - iat).toBe(60)
    expect(payload).toMatchObject({ sub: id, name: 'Ada Lovelace', groups: ['user'], amr: ['password'] })
    expect(payload).not.toHaveProperty('email')
  })

  test('an unverified address is not passed on, and a verified one is', async () => {
    const user = await userOf(BOB)
    expectProblem(await ask(FAR, bob), 403, 'application_refused')
    await user.update({ emailVerifiedAt: new Date() })
    server.deps.store.forgetUser(user.id)
    const { headers } = await ask(FAR, bob)
    expect(headers).toMatchObject({ 'remote-user': BOB.email, 'remote-email': BOB.email })
  })

  test('the user header holds what the host is set to, or lets nobody in', async () => {
    const user = await userOf(BOB)
    expectProblem(await ask(WIKI, bob), 403, 'application_refused')
    await user.update({ username: 'bøb' })
    server.deps.store.forgetUser(user.id)
    const { headers } = await ask(WIKI, bob)
    expect(headers['remote-user']).toBe('b%C3%B8b')
  })

  test('names that are no header values are percent-encoded', async () => {
    const user = await userOf(ADA)
    await user.update({ name: 'Zoë 100% ✓\u{1f511}' })
    server.deps.store.forgetUser(user.id)
    const { headers } = await ask(METRICS, ada)
    expect(decodeURIComponent(headers['remote-name'] ?? '')).toBe('Zoë 100% ✓\u{1f511}')
    expect(headers['remote-name']).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('rules', () => {
  test('a role is needed where the rule or the host names one', async () => {
    const { cookie: plain } = await openApplication(server, METRICS, ada)
    const { cookie: admin } = await openApplication(server, METRICS, bob)
    for (const path of ['/admin', '/admin/', '/admin/tsdb']) {
      expectProblem(await askAbout(server, METRICS + path, { Cookie: plain }), 403, 'application_refused')
      await askAbout(server, METRICS + path, { Cookie: admin }).expect(200)
    }
    const { cookie: wiki } = await openApplication(server, WIKI, ada)
    expectProblem(await askAbout(server, `${WIKI}/`, { Cookie: wiki }), 403, 'application_refused')
  })

  test('a role counts at the next request once it is given and once it is taken', async () => {
    const user = await userOf(ADA)
    const role = await Role.create({ name: 'editor', description: '', permissions: [] })
    await user.update({ username: 'ada' })
    await user.addRole(role)
    server.deps.store.forgetUser(user.id)
    const { cookie } = await openApplication(server, WIKI, ada)
    const { headers } = await askAbout(server, `${WIKI}/`, { Cookie: cookie }).expect(200)
    expect(headers['remote-groups']).toBe('editor,user')
    await user.removeRole(role)
    server.deps.store.forgetUser(user.id)
    await askAbout(server, `${WIKI}/`, { Cookie: cookie }).expect(403)
  })

  test('a second factor is demanded, and a path is closed', async () => {
    const { cookie } = await openApplication(server, METRICS, ada)
    const answer = await askAbout(server, `${METRICS}/settings`, { Cookie: cookie })
    expect(expectProblem(answer, 403, 'application_refused').detail).toContain(`${LOGIN}/account/security`)
    await askAbout(server, `${METRICS}/debug/pprof`, { Cookie: cookie }).expect(403)
  })

  test('a token opens the paths that take tokens, with the permission that they name', async () => {
    const scopes = ['metrics:read']
    const create = async (session: string, wish: object) =>
      await central(server, 'post', '/auth/tokens', session).send({ name: 'ci', ...wish })
    const { body: good } = await create(await signInAt(server, BOB), { scopes })
    const { body: bare } = await create(await signInAt(server, BOB), { scopes: [] })
    const at = (path: string, token: string) => askAbout(server, METRICS + path, asBearer(token))
    const { headers } = await at('/api/v1/query', good.token).expect(200)
    expect(headers['remote-user']).toBe((await userOf(BOB)).id)
    expectProblem(await at('/api/v1/query', bare.token), 403, 'forbidden')
    expectProblem(await at('/api/v1/query', 'lk_pat_nothing'), 401, 'invalid_token')
    await at('/graph', good.token).expect(401)
    await central(server, 'delete', `/auth/tokens/${good.id}`, await signInAt(server, BOB)).expect(200)
    expectProblem(await at('/api/v1/query', good.token), 401, 'invalid_token')
  })

  test('a token passes a demand for a second factor only where the same rule accepts tokens', async () => {
    const wish = { name: 'machine', scopes: ['metrics:read'] }
    const { body } = await central(server, 'post', '/auth/tokens', await signInAt(server, BOB)).send(wish)
    const at = (path: string) => askAbout(server, MACHINES + path, asBearer(body.token))
    await at('/').expect(200)
    await at('/either').expect(200)
    await at('/people').expect(401)
    const { cookie } = await openApplication(server, MACHINES, ada)
    for (const path of ['/either', '/people']) await askAbout(server, MACHINES + path, { Cookie: cookie }).expect(403)
  })
})

describe('the end of the session', () => {
  /** Bob at three applications. */
  async function everywhere() {
    const session = await signInAt(server, BOB)
    const cookies = []
    for (const origin of [METRICS, WIKI, FAR])
      cookies.push([origin, (await openApplication(server, origin, session)).cookie] as const)
    for (const [origin, cookie] of cookies) await askAbout(server, `${origin}/`, { Cookie: cookie }).expect(200)
    return { session, cookies }
  }
  async function expectOut(cookies: (readonly [string, string])[]) {
    for (const [origin, cookie] of cookies) await askAbout(server, `${origin}/`, { Cookie: cookie }).expect(401)
  }

  test('by signing out at the login server ends every application at the next request', async () => {
    const { session, cookies } = await everywhere()
    await central(server, 'post', '/auth/logout', session).expect(200)
    await expectOut(cookies)
  })

  test('by signing out at one application ends all, and the login server', async () => {
    const { session, cookies } = await everywhere()
    const [origin, cookie] = cookies[0] ?? ['', '']
    const page = await onHost(server, `${origin}/.latchkey/sign-out`, { 'Accept-Language': 'de' }).expect(200)
    expect(page.text).toContain('<form method="post" action="/.latchkey/sign-out">')
    expect(page.text).toContain('Abmelden')
    const out = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }
    const answer = await onHost(server, `${origin}/.latchkey/sign-out`, out, 'post').expect(303)
    expect(answer.headers.location).toBe(`${LOGIN}/sign-in`)
    expect(cookieLine(answer)).toBe('__Host-latchkey.application=')
    await expectOut(cookies)
    await central(server, 'get', '/auth/session', session).expect(401)
  })

  test('by an administrator who disables the user does too', async () => {
    const { cookies } = await everywhere()
    const user = await userOf(BOB)
    // The last administrator cannot be disabled.
    await makeAdmin(ADA)
    await disableUser(server.deps.store, user)
    await expectOut(cookies)
    await user.update({ disabledAt: null })
    await expectOut(cookies)
  })

  test('between the sign-in and the callback leaves a code that is worth nothing', async () => {
    const session = await signInAt(server, BOB)
    const { mark, callback } = await visit(server, METRICS, session)
    await central(server, 'post', '/auth/logout', session).expect(200)
    expectProblem(await onHost(server, callback, { Cookie: mark }), 403, 'application_sign_in_failed')
  })

  test('by time is that of the session: use of an application prolongs it, polling does not', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const session = await signInAt(server, ADA)
      const { cookie } = await openApplication(server, METRICS, session)
      const touches = () => server.deps.store.counters.touches
      vi.setSystemTime(Date.now() + minutes(20))
      const before = touches()
      await askAbout(server, `${METRICS}/`, { Cookie: cookie, 'X-Session-Passive': '1' }).expect(200)
      expect(touches()).toBe(before)
      await askAbout(server, `${METRICS}/`, { Cookie: cookie }).expect(200)
      expect(touches()).toBe(before + 1)
    } finally {
      vi.useRealTimers()
    }
  })
})

test('in the steady state there is no SQL and no signature', async () => {
  const { cookie } = await openApplication(server, METRICS, await signInAt(server, ADA))
  const ask = () => askAbout(server, `${METRICS}/graph`, { Cookie: cookie }).expect(200)
  const first = (await ask()).headers['latchkey-assertion']
  async function round() {
    const statements = await counter.during(async () => {
      for (let request = 0; request < 3; request++) expect((await ask()).headers['latchkey-assertion']).toBe(first)
    })
    expect(statements).toEqual([])
  }
  await vi.waitFor(round, { timeout: 30_000 })
})

test('an assertion that is handed out lives for 20 seconds or more', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const { cookie } = await openApplication(server, METRICS, await signInAt(server, ADA))
    for (const pause of [0, 30, 9, 3, 30, 12]) {
      vi.setSystemTime(Date.now() + seconds(pause))
      const { headers } = await askAbout(server, `${METRICS}/`, { Cookie: cookie }).expect(200)
      const { exp = 0 } = decodeJwt(headers['latchkey-assertion'] ?? '')
      expect(exp * seconds(1) - Date.now()).toBeGreaterThanOrEqual(seconds(19))
    }
  } finally {
    vi.useRealTimers()
  }
})

test('the cookie outlives a restart of the server and a rotation of its keys', async () => {
  const { cookie } = await openApplication(server, METRICS, await signInAt(server, ADA))
  const keys = `a-newer-test-only-key-a-newer-test-only-key,${server.env.ENCRYPTION_KEYS.join(',')}`
  const other = await startForward({ ENCRYPTION_KEYS: keys }, undefined, server.database)
  await askAbout(other, `${METRICS}/`, { Cookie: cookie }).expect(200)
  await other.close()
})

test('switched off, no route of it is there', async () => {
  const off = await startForward({ FORWARD_AUTH: 'false' }, undefined, server.database)
  await askAbout(off, `${METRICS}/`).expect(404)
  await onHost(off, `${METRICS}/.latchkey/start`).expect(404)
  const { body } = await supertest(off.url).get('/openapi.json').expect(200)
  expect(Object.keys(body.paths).filter(path => /forward|latchkey/.test(path))).toEqual([])
  await off.close()
})
