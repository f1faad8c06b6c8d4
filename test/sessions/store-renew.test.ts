import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { User } from '../../models/user.ts'
import { minutes, seconds } from '../../src/durations.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { called, keysOf } from '../support/plain-app.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

let server: TestServer
let userId: string
let reached = Promise.withResolvers<void>()
let gate = Promise.withResolvers<void>()

function held() {
  reached.resolve()
  return gate.promise
}
const extension = {
  path: '',
  summary: '',
  tags: [],
  access: 'public' as const,
  responses: { 200: { description: '', schema: z.unknown() }, ...refusals(401, 503) },
}
const extensions = {
  auth: (_deps: Deps) => [
    endpoint({
      ...extension,
      method: 'post',
      path: '/auth/slow/write',
      handler: async ({ req }) => {
        await held()
        keysOf(req).slow = true
        return {}
      },
    }),
    endpoint({
      ...extension,
      method: 'post',
      path: '/auth/slow/sign-out',
      handler: async ({ req }) => {
        await held()
        await called(done => req.session.destroy(done))
        return {}
      },
    }),
    endpoint({
      ...extension,
      method: 'post',
      path: '/auth/turn',
      handler: ({ req }) => {
        const keys = keysOf(req)
        const turn = Number(keys.turns ?? 0) + 1
        keys.turns = turn
        keys[`in turn ${turn}`] = true
        delete keys[`in turn ${turn - 1}`]
        return {}
      },
    }),
    endpoint({ ...extension, method: 'get', path: '/auth/content', handler: ({ req }) => ({ ...keysOf(req) }) }),
  ],
}

beforeAll(async () => {
  server = await startServer({}, undefined, extensions)
  await server.register()
  userId = (await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })).id
})
afterAll(() => server.close())
beforeEach(() => {
  reached = Promise.withResolvers()
  gate = Promise.withResolvers()
})

const renewAll = () => server.deps.store.renewByUser(userId)
const post = (path: string, cookie: string) => server.agent().post(path).set('Cookie', cookie)
function cookieIn(answer: Parameters<typeof cookiesOf>[0]) {
  return `connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`
}
const sidIn = (cookie: string) => sidOf(cookie.split('=')[1] ?? '')
const content = async (cookie: string) => (await ask(server, '/auth/content', cookie).expect(200)).body

/** A slow request of this cookie that has passed the session middleware and waits. */
function slowly(cookie: string, what: 'write' | 'sign-out' = 'write') {
  return post(`/auth/slow/${what}`, cookie).then(received => received)
}

describe('a session whose user’s role or credentials changed gets a new id', () => {
  test.each(WAYS)('at the next request; the old id is dead at once and is told why ($way)', async ({ path }) => {
    const { cookie: old } = await server.signIn()
    const before = (await ask(server, '/auth/session', old)).body.session
    await renewAll()
    const answer = await ask(server, path, old).expect(200)
    const renewed = cookieIn(answer)
    expect(sidIn(renewed)).not.toBe(sidIn(old))
    expect((await ask(server, path, old).expect(401)).body.reason).toBe('replaced')
    const after = (await ask(server, '/auth/session', renewed).expect(200)).body.session
    expect(after).toMatchObject({ id: before.id, absoluteExpires: before.absoluteExpires, createdAt: before.createdAt })
    const cookieEnds = Date.parse(cookiesOf(answer).get('connect.sid')?.attributes.get('expires') ?? '')
    expect(Math.abs(cookieEnds - Date.parse(before.absoluteExpires))).toBeLessThan(seconds(10))
  })

  test('once, whichever of several parallel requests does it, and each answer hands out the same id', async () => {
    const { cookie } = await server.signIn()
    await renewAll()
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(server, '/auth/profile', cookie)))
    const accepted = answers.filter(({ status }) => status === 200)
    expect(new Set(accepted.map(cookieIn)).size).toBe(1)
    expect(accepted.length).toBeGreaterThan(0)
    const live = await server.deps.store.listByUser(userId, 100)
    expect(new Set(live.map(({ publicId }) => publicId)).size).toBe(live.length)
  })

  test('content moves along', async () => {
    const { cookie } = await server.signIn()
    gate.resolve()
    await post('/auth/slow/write', cookie).expect(200)
    await renewAll()
    const renewed = cookieIn(await ask(server, '/auth/profile', cookie).expect(200))
    expect(await content(renewed)).toHaveProperty('slow')
  })

  test('what a parallel request that was faster removed or changed stays so', async () => {
    const { cookie } = await server.signIn()
    await post('/auth/turn', cookie).expect(200)
    await renewAll()
    const { table } = server.deps.store
    const rename = table.rename.bind(table)
    vi.spyOn(table, 'rename').mockImplementationOnce(async (...given) => {
      await held()
      return rename(...given)
    })
    const slower = ask(server, '/auth/profile', cookie).then(received => received)
    await reached.promise
    const faster = await post('/auth/turn', cookie).expect(200)
    gate.resolve()
    expect((await slower).status).toBe(200)
    expect(cookieIn(await slower)).toBe(cookieIn(faster))
    const kept = await content(cookieIn(faster))
    expect(kept).toMatchObject({ turns: 2, 'in turn 2': true })
    expect(kept).not.toHaveProperty('in turn 1')
  })

  test('the request that gets the new id prolongs the session, however slow the statement is that does it', async () => {
    stopClock(server)
    const { cookie } = await server.signIn()
    await renewAll()
    await moveClock(minutes(20), server)
    const { table } = server.deps.store
    const touch = vi.mocked(table.touch).getMockImplementation() ?? Object.getPrototypeOf(table).touch.bind(table)
    vi.mocked(table.touch).mockImplementationOnce(async (...given) => {
      await new Promise(resolve => setTimeout(resolve, 50))
      return touch(...given)
    })
    await ask(server, '/auth/profile', cookie).expect(200)
    await moveClock(0, server)
    const [row] = await server.rows<{ lastSeenAt: string }>(
      'SELECT "lastSeenAt" FROM "Sessions" WHERE "endedAt" IS NULL ORDER BY "createdAt" DESC LIMIT 1',
    )
    expect(new Date(row?.lastSeenAt ?? 0)).toEqual(new Date())
    vi.useRealTimers()
  })

  test('a request accepted under the old id finishes, and what it wrote is kept', async () => {
    const { cookie } = await server.signIn()
    const slow = slowly(cookie)
    await reached.promise
    await renewAll()
    const renewed = cookieIn(await ask(server, '/auth/profile', cookie).expect(200))
    gate.resolve()
    expect((await slow).status).toBe(200)
    expect(await content(renewed)).toHaveProperty('slow')
  })

  test('a request accepted under the old id does not hand the browser its dead cookie back', async () => {
    const { cookie } = await server.signIn()
    const slow = slowly(cookie)
    await reached.promise
    await renewAll()
    const renewed = cookieIn(await ask(server, '/auth/profile', cookie).expect(200))
    gate.resolve()
    expect(cookieIn(await slow)).toBe(renewed)
  })

  test('signing out ends the session, also where a parallel request renews its id', async () => {
    for (let round = 0; round < 5; round++) {
      const { cookie } = await server.signIn()
      await ask(server, '/auth/profile', cookie).expect(200)
      await renewAll()
      const [answer, out] = await Promise.all([ask(server, '/auth/profile', cookie), post('/auth/logout', cookie)])
      await ask(server, '/auth/profile', cookie).expect(401)
      // Where the renewal was over before the sign-out arrived, that has a dead id; the session that goes on ends all the same.
      if (out.status !== 200) expect(expectProblem(out, 401, 'authentication_required').reason).toBe('replaced')
      if (answer.status === 200) await ask(server, '/auth/profile', cookieIn(answer)).expect(401)
    }
  })

  test('7.4.1 signing out under an id from before a renewal ends the session that goes on, and clears the cookie', async () => {
    const { cookie } = await server.signIn()
    await renewAll()
    const renewed = cookieIn(await ask(server, '/auth/profile', cookie).expect(200))
    const out = await post('/auth/logout', cookie).expect(401)
    expect(cookiesOf(out).get('connect.sid')?.value).toBe('')
    expect((await ask(server, '/auth/profile', renewed).expect(401)).body.reason).toBe('signed-out')
  })

  test('signing out under the old id, accepted before it was renewed, ends the session', async () => {
    const { cookie } = await server.signIn()
    const slow = slowly(cookie, 'sign-out')
    await reached.promise
    await renewAll()
    const renewed = cookieIn(await ask(server, '/auth/profile', cookie).expect(200))
    gate.resolve()
    expect((await slow).status).toBe(200)
    expect((await ask(server, '/auth/profile', renewed).expect(401)).body.reason).toBe('signed-out')
  })
})

describe('a session that ended or was replaced while a slow request ran', () => {
  test('the slow answer does not replace the cookie of the new sign-in', async () => {
    const { cookie, browser } = await server.signIn()
    const slow = slowly(cookie)
    await reached.promise
    await browser.post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(200)
    gate.resolve()
    expect(cookiesOf(await slow).has('connect.sid')).toBe(false)
  })
})
