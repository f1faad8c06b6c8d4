import type { SessionData } from 'express-session'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { ADA, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { called } from '../support/plain-app.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register()
})
afterAll(() => server.close())
beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

const store = () => server.deps.store
const get = (sid: string) => called<Content | null>(done => store().get(sid, done as never))
const set = (sid: string, session: object) => called(done => store().set(sid, session as SessionData, done))
const destroy = (sid: string) => called(done => store().destroy(sid, done))
const all = () => called<Record<string, Content>>(done => store().all(done as never))
const length = () => called<number>(done => store().length(done as never))
type Content = SessionData & Record<string, unknown>

let number = 0
const newSid = () => `contract-${process.pid}-${++number}`
const content = (extra: object = {}) => ({ cookie: { originalMaxAge: null }, ...extra }) as unknown as Content
async function stored(extra: object = {}) {
  const sid = newSid()
  await set(sid, content(extra))
  return sid
}

describe("the store's own methods, as express-session calls them", () => {
  test('get of an unknown id is null, not an error', async () => {
    expect(await get('unknown')).toBeNull()
  })

  test('set and get are inverse', async () => {
    const value = { text: 'ä\u0000€', list: [1, { two: null }], nothing: null, flag: false }
    const found = await get(await stored({ value }))
    expect(found?.value).toEqual(value)
  })

  test('two gets give two objects: what one request changes, the other does not see', async () => {
    const sid = await stored({ nested: { a: 1 } })
    const [one, other] = [await get(sid), await get(sid)]
    Object.assign(one?.nested as object, { a: 2 })
    expect(other?.nested).toEqual({ a: 1 })
    expect((await get(sid))?.nested).toEqual({ a: 1 })
  })

  test('a key named like a member of every object is content like any other', async () => {
    const found = await get(await stored({ constructor: 'c', toString: 's', ['__proto__']: 'p' }))
    expect(Object.entries(found ?? {}).filter(([key]) => key !== 'cookie')).toEqual(
      expect.arrayContaining([
        ['constructor', 'c'],
        ['toString', 's'],
      ]),
    )
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
  })

  test('destroy of an unknown id is no error', async () => {
    await expect(destroy('unknown')).resolves.toBeUndefined()
  })

  test('what was got and then destroyed cannot be set again', async () => {
    const sid = await stored({ a: 1 })
    const held = await get(sid)
    await destroy(sid)
    await set(sid, Object.assign(held ?? {}, { a: 2 }))
    expect(await get(sid)).toBeNull()
  })

  test('a destroyed id cannot be inserted again', async () => {
    const sid = await stored({ a: 1 })
    await destroy(sid)
    await set(sid, content({ a: 2 })).catch(() => {})
    expect(await get(sid)).toBeNull()
  })

  test('set of what no get gave replaces the live session of that id', async () => {
    const sid = await stored({ a: 1, b: 1 })
    await set(sid, content({ a: 2 }))
    expect(await get(sid)).toMatchObject({ a: 2 })
    expect(await get(sid)).not.toHaveProperty('b')
  })

  test('methods may be called without a callback', async () => {
    const sid = newSid()
    store().set(sid, content({ a: 1 }))
    await vi.waitFor(async () => expect(await get(sid)).toMatchObject({ a: 1 }))
    store().destroy(sid)
    await vi.waitFor(async () => expect(await get(sid)).toBeNull())
  })

  test('all and length tell the live sessions only', async () => {
    await called(done => store().clear(done))
    const [kept, ended] = [await stored({ who: 'kept' }), await stored({ who: 'ended' })]
    await destroy(ended)
    expect(Object.keys(await all())).toEqual([kept])
    expect((await all())[kept]).toMatchObject({ who: 'kept', cookie: { httpOnly: true } })
    expect(await length()).toBe(1)
    await moveClock(server.env.SESSION_IDLE, server)
    expect(await all()).toEqual({})
    expect(await length()).toBe(0)
  })

  test('what all gave can be set', async () => {
    const sid = await stored({ a: 1 })
    const session = (await all())[sid]
    await set(sid, { ...session, a: 2 })
    expect(await get(sid)).toMatchObject({ a: 2 })
  })

  test('length is a number', async () => {
    expect(typeof (await length())).toBe('number')
  })

  test.each(WAYS)('clear ends every session, seen at the next request ($way)', async ({ path }) => {
    const { cookie } = await server.signIn()
    await ask(server, path, cookie).expect(200)
    await called(done => store().clear(done))
    expect((await ask(server, path, cookie).expect(401)).body.reason).toBe('admin')
    expect(await length()).toBe(0)
  })

  test('listByUser tells the live sessions of one user, those that last longest first', async () => {
    await called(done => store().clear(done))
    const first = await server.signIn()
    await moveClock(seconds(1), server)
    const second = await server.signIn()
    await stored({ nobody: true })
    const { body } = await ask(server, '/auth/session', first.cookie)
    const listed = await store().listByUser(body.user.id, 10)
    expect(listed.map(({ sid }) => `connect.sid=s%3A${sid}`)).toEqual(
      [second, first].map(({ cookie }) => `connect.sid=s%3A${sidOf(cookie.split('=')[1] ?? '')}`),
    )
    expect(await store().listByUser('00000000-0000-4000-8000-000000000000', 10)).toEqual([])
    expect(ADA.email).toBe(body.user.email)
  })
})
