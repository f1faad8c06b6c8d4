import type { Request } from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { hours, minutes, seconds } from '../../src/durations.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { keysOf } from '../support/plain-app.ts'
import { failStatements, statementsOf } from '../support/statements.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

const IDLE = hours(10)
/** A hundredth of the idle limit, as configured below. */
const STEP = minutes(6)

const extension = {
  path: '/auth/counter',
  summary: '',
  tags: [],
  access: 'public' as const,
  responses: { 200: { description: '', schema: z.unknown() }, ...refusals(401, 503) },
}
function handler({ req }: { req: Request }) {
  keysOf(req).counter = Number(keysOf(req).counter ?? 0) + 1
  return {}
}
const extensions = {
  auth: () => [endpoint({ ...extension, method: 'get', handler }), endpoint({ ...extension, method: 'post', handler })],
}

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await startServer(
    { SESSION_IDLE: '10h', SESSION_ABSOLUTE: '24h', SESSION_TOUCH_SHARE: '0.01' },
    undefined,
    extensions,
  )
  await server.register()
})
afterAll(() => server.close())
beforeEach(async () => {
  stopClock(server)
  cookie = (await server.signIn()).cookie
})
afterEach(() => void vi.useRealTimers())

const step = (milliseconds: number) => moveClock(milliseconds, server)
async function touches(work: () => Promise<unknown>) {
  const statements = await statementsOf(async () => {
    await work()
    await step(0)
  })
  return statements.filter(sql => sql.startsWith('UPDATE "Sessions" SET "lastSeenAt"')).length
}
async function row() {
  const [found] = await server.rows<{ lastSeenAt: string; expires: string; version: number }>(
    'SELECT "lastSeenAt", "expires", "version" FROM "Sessions" ORDER BY "createdAt" DESC LIMIT 1',
  )
  return {
    lastSeenAt: new Date(found?.lastSeenAt ?? 0).getTime(),
    expires: new Date(found?.expires ?? 0).getTime(),
    version: found?.version,
  }
}

test('a remembered answer of the session check tells the limit that a touch moved', async () => {
  const limit = async () => (await ask(server, '/auth/session', cookie).expect(200)).body.session.expires
  expect(await limit()).toBe(new Date(Date.now() + IDLE).toISOString())
  await step(STEP)
  await touches(limit)
  expect(await limit()).toBe(new Date(Date.now() + IDLE).toISOString())
})

describe.each(WAYS)('touch, on $way', ({ path }) => {
  test('within a hundredth of the idle limit nothing is written', async () => {
    await step(STEP - 1)
    expect(await touches(() => ask(server, path, cookie).expect(200))).toBe(0)
  })

  test('after it, one statement writes last seen and the idle limit', async () => {
    await step(STEP)
    expect(await touches(() => ask(server, path, cookie).expect(200))).toBe(1)
    expect(await row()).toEqual({ lastSeenAt: Date.now(), expires: Date.now() + IDLE, version: 1 })
    expect(await touches(() => ask(server, path, cookie).expect(200))).toBe(0)
  })

  test('50 parallel requests write a due touch once', async () => {
    await step(STEP)
    const many = () => Promise.all(Array.from({ length: 50 }, () => ask(server, path, cookie).expect(200)))
    expect(await touches(many)).toBe(1)
  })

  test('HEAD counts as use', async () => {
    await step(STEP)
    expect(await touches(() => server.agent().head(path).set('Cookie', cookie).expect(200))).toBe(1)
  })

  test('a 304 counts as use', async () => {
    const etag = (await ask(server, path, cookie)).headers.etag ?? ''
    await step(STEP)
    expect(await touches(() => ask(server, path, cookie, { 'If-None-Match': etag }).expect(304))).toBe(1)
  })

  test('a passive request writes nothing and prolongs nothing', async () => {
    const before = await row()
    for (let asked = 0; asked < 9; asked++) {
      await step(hours(1))
      const passive = () => ask(server, path, cookie, { 'X-Session-Passive': '1' }).expect(200)
      expect(await touches(passive)).toBe(0)
    }
    expect(await row()).toEqual(before)
    await step(hours(1))
    expect((await ask(server, path, cookie, { 'X-Session-Passive': '1' }).expect(401)).body.reason).toBe('idle')
  })

  test('the header of a passive request means what it says: no other value is passive', async () => {
    await step(STEP)
    expect(await touches(() => ask(server, path, cookie, { 'X-Session-Passive': '0' }).expect(200))).toBe(1)
  })

  test('the idle limit never passes the absolute one', async () => {
    for (let used = 0; used < 2; used++) {
      await step(hours(9))
      await ask(server, path, cookie).expect(200)
    }
    await step(0)
    expect((await row()).expires).toBe(Date.now() + hours(6))
  })

  test('a touch that fails costs nobody the session, is logged and counted, and is tried again', async () => {
    await step(STEP)
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    const before = server.deps.store.table.errors
    const heal = failStatements(/UPDATE "Sessions" SET "lastSeenAt"/)
    await ask(server, path, cookie).expect(200)
    await step(0)
    heal()
    expect(logged).toHaveBeenCalledWith('session store failed', expect.objectContaining({ statement: 'touch' }))
    expect(server.deps.store.table.errors).toBe(before + 1)
    expect(await touches(() => ask(server, path, cookie).expect(200))).toBe(1)
    expect((await row()).expires).toBe(Date.now() + IDLE)
  })

  test('a touch under way while the session ends does not bring it back', async () => {
    await step(STEP)
    await Promise.all([
      ask(server, path, cookie),
      server.agent().post('/auth/logout').set('Cookie', cookie).expect(200),
    ])
    await step(seconds(1))
    expect((await ask(server, path, cookie).expect(401)).body.reason).toBe('signed-out')
  })
})

test.each(['get', 'post'] as const)('a %s request that changes its session uses it as well', async method => {
  for (let used = 0; used < 2; used++) {
    await step(hours(9))
    await server.agent()[method]('/auth/counter').set('Cookie', cookie).expect(200)
  }
  await ask(server, '/auth/session', cookie).expect(200)
})

test('a remembered session, idle for weeks, still tells the last use within 15 minutes', async () => {
  const remembered = await server.signIn(undefined, { rememberMe: true })
  await step(minutes(15))
  expect(await touches(() => ask(server, '/auth/session', remembered.cookie).expect(200))).toBe(1)
})
