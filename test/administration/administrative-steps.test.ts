import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { minutes, seconds } from '../../src/durations.ts'
import { BEARER_ENDPOINTS } from '../support/authorisation-matrix.ts'
import { accessToken, asBearer, everyScope, makeAdmin, personalToken } from '../support/bearer.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { moveClock, stopClock } from '../support/ways.ts'

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

/** Whatever changes something, and what takes much away at once. */
const STEPS = Object.keys(BEARER_ENDPOINTS)
  .filter(route => !route.startsWith('GET ') || /\/exports?(\/|$)/.test(route))
  .map(route => {
    const [method = '', template = ''] = route.split(' ')
    const path = template
      .replaceAll(/{(id|sessionId)}/g, UNKNOWN_ID)
      .replace('{name}', 'unknown')
      .replace('{tokenId}', 'unknown')
    return { route, method: method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete', path }
  })

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) {
    await server.register(person)
    await makeAdmin(person)
  }
})
afterAll(() => server.close())
beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

function ask({ method, path }: Pick<(typeof STEPS)[number], 'method' | 'path'>, token: string) {
  const request = supertest(server.url)[method](path).set(asBearer(token))
  return method === 'get' ? request : request.send({})
}
const grantRole = { method: 'put', path: `/api/v1/users/${UNKNOWN_ID}/roles/admin` } as const
/** What the guard lets pass: there is no such user. */
const PASSED = 404
function cookieIn(answer: { headers: Record<string, unknown> }) {
  return `connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`
}

describe('7.5.3 steps that administer', () => {
  test('are some', () => expect(STEPS.length).toBeGreaterThan(12))

  test.each(STEPS)('$route wants a token issued after a recent proof', async step => {
    const { cookie } = await server.signIn()
    const { token: personal } = await personalToken(server, cookie, { scopes: everyScope })
    const token = await accessToken(server, cookie)
    const fresh = await ask(step, token)
    expect([200, 404, 422]).toContain(fresh.status)
    await moveClock(minutes(5) + seconds(1), server)
    const refused = await ask(step, token)
    expectProblem(refused, 401, 'reauthentication_required')
    expect(refused.headers['www-authenticate']).toContain(
      'Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="300"',
    )
    expect((await ask(step, personal)).status).toBe(fresh.status)
  })

  test('a proof opens them to tokens issued after it, not to those issued before', async () => {
    const { browser, cookie } = await server.signIn()
    await moveClock(minutes(6), server)
    const before = await accessToken(server, cookie)
    expectProblem(await ask(grantRole, before), 401, 'reauthentication_required')
    const proven = await browser.post('/auth/reauthenticate').send({ password: ADA.password }).expect(200)
    expectProblem(await ask(grantRole, before), 401, 'reauthentication_required')
    await ask(grantRole, await accessToken(server, cookieIn(proven))).expect(PASSED)
  })

  test('reads need none', async () => {
    const { cookie } = await server.signIn()
    await moveClock(minutes(6), server)
    const token = await accessToken(server, cookie)
    await ask({ method: 'get', path: '/api/v1/users' }, token).expect(200)
  })

  test('where there is a second factor, a trusted device is no proof', async () => {
    const { browser } = await server.signIn(BOB)
    const { secret } = await enrolTotp(browser)
    await moveClock(seconds(60), server)
    const again = server.agent()
    const logIn = () => again.post('/auth/login').send({ email: BOB.email, password: BOB.password }).expect(200)
    await logIn()
    const full = await again
      .post('/auth/second-factor')
      .send({ code: codeOf(secret), rememberDevice: true })
      .expect(200)
    await ask(grantRole, await accessToken(server, cookieIn(full))).expect(PASSED)
    await again.post('/auth/logout').expect(200)
    const trusted = await logIn()
    const weak = await accessToken(server, cookieIn(trusted))
    await ask({ method: 'get', path: '/api/v1/users' }, weak).expect(200)
    expectProblem(await ask(grantRole, weak), 401, 'reauthentication_required')
  })
})
