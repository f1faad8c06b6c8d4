import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Session } from '../../models/session.ts'
import { minutes } from '../../src/durations.ts'
import { deviceOf } from '../../src/sessions/list.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { called } from '../support/plain-app.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const NOBODY = '00000000-0000-4000-8000-000000000000'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
})
afterAll(() => server.close())
beforeEach(async () => {
  await called(done => server.deps.store.clear(done))
  stopClock(server)
})
afterEach(() => void vi.useRealTimers())

const listed = async (cookie: string) => (await ask(server, '/auth/sessions', cookie).expect(200)).body.items
const idOf = async (cookie: string) => (await ask(server, '/auth/session', cookie).expect(200)).body.session.id
const end = (cookie: string, id: string) => server.agent().delete(`/auth/sessions/${id}`).set('Cookie', cookie)
const endOthers = (cookie: string) => server.agent().delete('/auth/sessions').set('Cookie', cookie)

test.each([
  [FIREFOX, 'Firefox on Linux'],
  ['curl/8.14.1', 'curl'],
  ['python-requests/2.32', 'python-requests'],
  ['evil.example', 'Unknown device'],
  ['Your account was blocked, see https://evil.example/now/1 (X11; Linux x86_64)', 'Your'],
  ['Blocked! See https://evil.example/1 (X11; Linux x86_64)', 'Unknown device'],
])('of a user agent only known names and single words are shown: %s', (userAgent, shown) => {
  expect(deviceOf(userAgent)).toBe(shown)
})

describe('a user sees where it is signed in', () => {
  test('device, address, times, factors, and which of them asks', async () => {
    const answer = await server
      .agent()
      .post('/auth/login')
      .set('User-Agent', FIREFOX)
      .send({ email: ADA.email, password: ADA.password })
    const cookie = `connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`
    const at = new Date().toISOString()
    expect(await listed(cookie)).toEqual([
      {
        id: await idOf(cookie),
        current: true,
        device: 'Firefox on Linux',
        address: expect.stringMatching(/127\.0\.0\.1$/),
        createdAt: at,
        lastSeenAt: at,
        expires: new Date(Date.now() + server.env.SESSION_IDLE).toISOString(),
        factors: ['password'],
      },
    ])
  })

  test('those that last longest first; only live ones; never the id in the cookie', async () => {
    const old = await server.signIn(ADA, { rememberMe: true })
    const [gone, current] = [await server.signIn(), await server.signIn()]
    await gone.browser.post('/auth/logout').expect(200)
    await moveClock(minutes(20), server)
    await old.browser.get('/auth/profile').expect(200)
    await moveClock(0, server)
    // Passively: a look that counts as use would make this one the last seen.
    const answer = await ask(server, '/auth/sessions', current.cookie).set('X-Session-Passive', '1').expect(200)
    const sessions = answer.body.items
    expect(sessions.map(({ id }: { id: string }) => id)).toEqual([await idOf(old.cookie), await idOf(current.cookie)])
    expect(sessions.map((each: { current: boolean }) => each.current)).toEqual([false, true])
    for (const { cookie } of [old, current]) {
      expect(JSON.stringify(sessions)).not.toContain(decodeURIComponent(cookie).split(/[:.]/)[2])
    }
  })

  test('page by page, without a gap, and a cursor of another kind is refused', async () => {
    const { cookie } = await server.signIn()
    const [session] = await server.rows<{ userId: string }>('SELECT "userId" FROM "Sessions" WHERE "endedAt" IS NULL')
    const at = new Date()
    // Some end at the same moment.
    const rows = Array.from({ length: 120 }, (_, index) => ({
      sid: `sid-${index}`,
      publicId: randomUUID(),
      userId: session?.userId ?? '',
      data: '{}',
      version: 1,
      secretId: '',
      createdAt: at,
      lastSeenAt: at,
      expires: new Date(Date.now() + minutes(1 + (index % 7))),
      absoluteExpires: new Date(Date.now() + minutes(10)),
      ip: null,
      userAgent: null,
    }))
    await Session.bulkCreate(rows)
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await ask(server, `/auth/sessions?limit=25${cursor}`, cookie).expect(200)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    expect(seen.toSorted()).toEqual([await idOf(cookie), ...rows.map(({ publicId }) => publicId)].sort())
    for (const position of [['x', randomUUID()], [at.toISOString(), 'x'], [1, 2], {}]) {
      const cursor = Buffer.from(JSON.stringify(position)).toString('base64url')
      expectProblem(await ask(server, `/auth/sessions?cursor=${cursor}`, cookie), 422, 'validation_failed')
      expectProblem(await ask(server, `/auth/tokens?cursor=${cursor}`, cookie), 422, 'validation_failed')
    }
  })

  test('not those of another user', async () => {
    const [ada, bob] = [await server.signIn(), await server.signIn(BOB)]
    expect(await listed(ada.cookie)).toHaveLength(1)
    expect((await listed(bob.cookie))[0].id).toBe(await idOf(bob.cookie))
  })

  test('only when signed in', async () => {
    await ask(server, '/auth/sessions', 'a=b').expect(401)
    await end('a=b', NOBODY).expect(401)
    await endOthers('a=b').expect(401)
  })
})

describe.each(WAYS)('a user ends its own sessions, seen at the next request, on $way', ({ path }) => {
  const refused = async (cookie: string) => (await ask(server, path, cookie).expect(401)).body.reason

  test('one of the others', async () => {
    const [here, there] = [await server.signIn(), await server.signIn()]
    await ask(server, path, there.cookie).expect(200)
    await end(here.cookie, await idOf(there.cookie)).expect(200, { message: 'Session ended' })
    expect(await refused(there.cookie)).toBe('signed-out-elsewhere')
    await ask(server, path, here.cookie).expect(200)
  })

  test('this one: like signing out, the cookie is cleared', async () => {
    const { cookie } = await server.signIn()
    const answer = await end(cookie, await idOf(cookie)).expect(200)
    expect(cookiesOf(answer).get('connect.sid')?.value).toBe('')
    expect(await refused(cookie)).toBe('signed-out')
  })

  test('all others at once, and is told how many', async () => {
    const [here, one, two] = [await server.signIn(), await server.signIn(), await server.signIn()]
    for (const { cookie } of [one, two]) await ask(server, path, cookie).expect(200)
    await endOthers(here.cookie).expect(200, { message: 'Other sessions ended', ended: 2 })
    for (const { cookie } of [one, two]) expect(await refused(cookie)).toBe('signed-out-elsewhere')
    await ask(server, path, here.cookie).expect(200)
    await endOthers(here.cookie).expect(200, { message: 'Other sessions ended', ended: 0 })
  })

  test('an id in capitals is the same id or none, never a session that lives on', async () => {
    const [here, there] = [await server.signIn(), await server.signIn()]
    await ask(server, path, there.cookie).expect(200)
    const answer = await end(here.cookie, (await idOf(there.cookie)).toUpperCase())
    expect(answer.status).toBe(200)
    expect(await refused(there.cookie)).toBe('signed-out-elsewhere')
  })

  test('somebody else’s, an unknown and an ended one are not found, alike, and nothing ends', async () => {
    const [ada, bob, gone] = [await server.signIn(), await server.signIn(BOB), await server.signIn()]
    const goneId = await idOf(gone.cookie)
    await gone.browser.post('/auth/logout').expect(200)
    const answers = await Promise.all([await idOf(bob.cookie), NOBODY, goneId].map(id => end(ada.cookie, id)))
    for (const { status, body } of answers) {
      expect(status).toBe(404)
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]?.body, instance: '' })
    }
    await ask(server, path, bob.cookie).expect(200)
    expect((await ask(server, path, gone.cookie).expect(401)).body.reason).toBe('signed-out')
  })

  test('an id that is none is refused', async () => {
    const { cookie } = await server.signIn()
    await end(cookie, 'current').expect(422)
    await end(cookie, "'%20OR%201=1").expect(422)
    await ask(server, path, cookie).expect(200)
  })

  test('a request from another site ends nothing', async () => {
    const { cookie } = await server.signIn()
    await end(cookie, await idOf(cookie))
      .set('Sec-Fetch-Site', 'cross-site')
      .expect(403)
    await endOthers(cookie).set('Origin', 'https://evil.example').expect(403)
    await ask(server, path, cookie).expect(200)
  })
})

test('nothing but GET /auth/session takes the read path', async () => {
  const { cookie } = await server.signIn()
  for (const path of ['/auth/session/', '/auth/session/x', '/AUTH/session', '/auth/Session', '/auth//session'])
    await ask(server, path, cookie).expect(404)
  await server.agent().post('/auth/session').set('Cookie', cookie).expect(405)
  await ask(server, '/auth/session?x=1', cookie).expect(200)
})
