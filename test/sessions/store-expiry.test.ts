import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { days, hours, minutes } from '../../src/durations.ts'
import { cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

const IDLE = hours(2)
const ABSOLUTE = hours(6)
const REMEMBER = days(30)

let server: TestServer
let uncached: TestServer
beforeAll(async () => {
  const limits = { SESSION_IDLE: '2h', SESSION_ABSOLUTE: '6h', SESSION_REMEMBER: '30d' }
  server = await startServer(limits)
  await server.register()
  uncached = await startServer({ ...limits, SESSION_CACHE: '0' }, server.database)
})
afterAll(async () => {
  await uncached.stop()
  await server.close()
})
beforeEach(() => stopClock(server, uncached))
afterEach(() => void vi.useRealTimers())

const servers = () => [server, uncached]
const step = (milliseconds: number) => moveClock(milliseconds, ...servers())
function refused(answer: { body: unknown }, reason: string) {
  return expect(answer.body).toMatchObject({ status: 401, code: 'authentication_required', reason })
}
async function rowOf() {
  return (await server.rows<Record<string, string>>('SELECT * FROM "Sessions" ORDER BY "createdAt" DESC LIMIT 1'))[0]
}

describe.each([
  { cache: 'cached', of: () => server },
  { cache: 'SESSION_CACHE=0', of: () => uncached },
])('expiry, $cache', ({ of }) => {
  describe.each(WAYS)('on $way', ({ path }) => {
    test('7.3.1 a session lives up to its idle limit and not at it', async () => {
      const { cookie } = await of().signIn()
      await step(IDLE - 1)
      await ask(of(), path, cookie, { 'X-Session-Passive': '1' }).expect(200)
      await step(1)
      refused(await ask(of(), path, cookie), 'idle')
    })

    test('use moves the idle limit', async () => {
      const { cookie } = await of().signIn()
      await step(IDLE - minutes(1))
      await ask(of(), path, cookie).expect(200)
      await step(IDLE - minutes(2))
      await ask(of(), path, cookie).expect(200)
    })

    test('7.3.2 no use moves the absolute limit', async () => {
      const { cookie } = await of().signIn()
      for (let used = 0; used < ABSOLUTE - hours(1); used += hours(1)) {
        await step(hours(1))
        await ask(of(), path, cookie).expect(200)
      }
      await step(hours(1) - 1)
      await ask(of(), path, cookie).expect(200)
      await step(1)
      refused(await ask(of(), path, cookie), 'expired')
    })

    test('a remembered session lives without use, to its limit and not longer', async () => {
      const { cookie } = await of().signIn(undefined, { rememberMe: true })
      await step(REMEMBER - 1)
      await ask(of(), path, cookie).expect(200)
      await step(1)
      refused(await ask(of(), path, cookie), 'expired')
    })

    test('an expired session stays in the table, and stays refused however often it is tried', async () => {
      const { cookie } = await of().signIn()
      await step(IDLE)
      const before = await rowOf()
      for (let tries = 0; tries < 3; tries++) refused(await ask(of(), path, cookie), 'idle')
      await of().agent().post('/auth/logout').set('Cookie', cookie).expect(401)
      expect(await rowOf()).toEqual(before)
    })

    test('a request that was accepted before the limit and ends after it does not prolong', async () => {
      const { cookie } = await of().signIn()
      await step(IDLE - 1)
      await ask(of(), path, cookie, { 'X-Session-Passive': '1' }).expect(200)
      const live = await of().deps.store.find(decodeURIComponent(cookie).split(/[:.]/)[2] ?? '')
      await step(1)
      if (live) of().deps.store.touchIfDue(live)
      await step(1)
      refused(await ask(of(), path, cookie), 'idle')
    })

    test('a session that ended stays ended when the clock is set back', async () => {
      const { browser, cookie } = await of().signIn()
      await step(minutes(1))
      await browser.post('/auth/logout').expect(200)
      await step(-minutes(1))
      refused(await ask(of(), path, cookie), 'signed-out')
    })

    test('a row whose absolute limit alone is past does not sign in', async () => {
      const { cookie } = await of().signIn()
      const { sid } = (await rowOf()) ?? {}
      await server.rows(`UPDATE "Sessions" SET "absoluteExpires" = "createdAt", "version" = 2 WHERE "sid" = '${sid}'`)
      await step(1)
      refused(await ask(of(), path, cookie), 'expired')
    })
  })
})

describe('the limits of "remember me"', () => {
  test('the cookie of a remembered session lasts 30 days, of another 6 hours', async () => {
    async function lasts(rememberMe: boolean) {
      const answer = await server
        .agent()
        .post('/auth/login')
        .send({ email: 'ada@example.org', password: 'seven green bicycles at dawn', rememberMe })
      return Date.parse(cookiesOf(answer).get('connect.sid')?.attributes.get('expires') ?? '') - Date.now()
    }
    expect(Math.abs((await lasts(true)) - REMEMBER)).toBeLessThanOrEqual(1000)
    expect(Math.abs((await lasts(false)) - ABSOLUTE)).toBeLessThanOrEqual(1000)
  })

  test.each(WAYS)('signing in again without it ends the long session ($way)', async ({ path }) => {
    const { browser, cookie } = await server.signIn(undefined, { rememberMe: true })
    await browser
      .post('/auth/login')
      .send({ email: 'ada@example.org', password: 'seven green bicycles at dawn' })
      .expect(200)
    refused(await ask(server, path, cookie), 'replaced')
    const { body } = await browser.get('/auth/session').expect(200)
    expect(body.session).toMatchObject({
      remembered: false,
      absoluteExpires: new Date(Date.now() + ABSOLUTE).toISOString(),
    })
  })
})
