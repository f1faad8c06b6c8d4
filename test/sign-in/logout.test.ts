import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoint } from '../../src/http/endpoint.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'

declare module 'express-session' {
  interface SessionData {
    note?: string
  }
}

/** Holds a request until the test says so, and then writes to its session. */
const gate = { opened: Promise.resolve(), reached: () => {} }
const slowEndpoint = endpoint({
  method: 'get',
  path: '/auth/slow',
  summary: 'Writes to the session, late',
  tags: ['Test'],
  access: 'public',
  responses: { 204: { description: 'Written' } },
  handler: async ({ req }) => {
    gate.reached()
    await gate.opened
    req.session.note = 'written late'
  },
})

let server: TestServer
beforeAll(async () => {
  server = await startServer({ SESSION_NAME: 'latch' }, undefined, { auth: () => [slowEndpoint] })
  await server.register()
  await server.register(BOB)
})
afterAll(() => server.close())

const get = (path: string, cookie: string) => supertest(server.url).get(path).set('Cookie', cookie)
const sidIn = (cookie: string) => sidOf(cookie.slice(cookie.indexOf('=') + 1))

describe('7.4.1 a signed-out session is dead', () => {
  test('for every way to it, and its cookie is told why', async () => {
    const { browser, cookie } = await server.signIn()
    await browser.post('/auth/logout').expect(200, { message: 'Logged out successfully' })
    for (const path of ['/auth/session', '/auth/profile', '/auth/dashboard']) {
      const problem = expectProblem(await get(path, cookie), 401, 'authentication_required')
      expect(problem.reason).toBe('signed-out')
    }
    expectProblem(
      await supertest(server.url).post('/auth/logout').set('Cookie', cookie),
      401,
      'authentication_required',
    )
  })

  test('even if a slow request writes it', async () => {
    const { browser, cookie } = await server.signIn()
    let open = () => {}
    gate.opened = new Promise(resolve => (open = resolve))
    const reached = new Promise<void>(resolve => (gate.reached = resolve))
    const slow = get('/auth/slow', cookie).then(answer => answer.status)
    await reached
    await browser.post('/auth/logout').expect(200)
    open()
    await slow
    expectProblem(await get('/auth/session', cookie), 401, 'authentication_required')
    const [row] = await server.rows(`SELECT * FROM "Sessions" WHERE "sid" = '${sidIn(cookie)}'`)
    expect(row).toMatchObject({ endReason: 'signed-out', data: '{}' })
  })

  test('and only that one: the user’s other session and another user stay signed in', async () => {
    const [here, there, bob] = [await server.signIn(), await server.signIn(), await server.signIn(BOB)]
    await here.browser.post('/auth/logout').expect(200)
    expect((await there.browser.get('/auth/session').expect(200)).body.user.email).toBe(ADA.email)
    expect((await bob.browser.get('/auth/session').expect(200)).body.user.email).toBe(BOB.email)
  })

  test('and a new sign-in with its cookie gets another id', async () => {
    const { browser, cookie } = await server.signIn()
    await browser.post('/auth/logout').expect(200)
    const again = await supertest(server.url)
      .post('/auth/login')
      .set('Cookie', cookie)
      .send({ email: ADA.email, password: ADA.password })
      .expect(200)
    expect(sidOf(cookiesOf(again).get('latch')?.value ?? '')).not.toBe(sidIn(cookie))
    expectProblem(await get('/auth/session', cookie), 401, 'authentication_required')
  })
})

test('14.3.1 the answer takes the cookie away, by its configured name, and what the browser kept of this site', async () => {
  const { browser } = await server.signIn()
  const answer = await browser.post('/auth/logout').expect(200)
  const cookie = cookiesOf(answer).get('latch')
  expect(cookie?.value).toBe('')
  expect(new Date(cookie?.attributes.get('expires') ?? '').getTime()).toBe(0)
  expect(cookie?.attributes.get('path')).toBe('/')
  expect(answer.headers['clear-site-data']).toBe('"cache", "storage"')
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('3.5.3 a GET, a HEAD or an OPTIONS signs nobody out', async () => {
  const { browser } = await server.signIn()
  expect((await browser.get('/auth/logout')).status).toBe(405)
  expect((await browser.head('/auth/logout')).status).toBe(405)
  expect((await browser.options('/auth/logout')).status).toBe(204)
  await browser.get('/auth/session').expect(200)
})

test('who is not signed in is told so', async () => {
  expectProblem(await supertest(server.url).post('/auth/logout'), 401, 'authentication_required')
})
