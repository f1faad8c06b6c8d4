import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { IN_DATABASE_ONLY } from '../support/database.ts'
import { ADA, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { keysOf } from '../support/plain-app.ts'
import { failStatements } from '../support/statements.ts'
import { ask, WAYS } from '../support/ways.ts'

const extension = {
  summary: '',
  tags: [],
  access: 'public' as const,
  responses: { 200: { description: '', schema: z.unknown() }, ...refusals(401, 503) },
}
const METHODS = ['get', 'post'] as const
const extensions = {
  auth: (_deps: Deps) =>
    METHODS.map(method =>
      endpoint({
        ...extension,
        method,
        path: '/auth/keep',
        handler: ({ req }) => {
          keysOf(req).kept = method
          return { message: 'Kept' }
        },
      }),
    ),
}

let server: TestServer
let cookie: string
let heal = () => {}
let logged: string[]
beforeAll(async () => {
  server = await startServer({ SESSION_CACHE: '0' }, undefined, extensions)
  await server.register()
})
afterAll(() => server.close())
beforeEach(async () => {
  cookie = (await server.signIn()).cookie
  logged = []
  vi.spyOn(server.deps.logger, 'error').mockImplementation(((...line: unknown[]) => {
    logged.push(JSON.stringify(line))
    return server.deps.logger
  }) as never)
})
afterEach(() => heal())

const sid = () => decodeURIComponent(cookie).split(/[:.]/)[2] ?? ''
const post = (path: string) => server.agent().post(path).set('Cookie', cookie)
function unavailable(answer: { status: number; body: unknown; headers: Record<string, string> }) {
  expect(answer.status).toBe(503)
  expect(answer.body).toMatchObject({ status: 503, code: 'service_unavailable' })
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
}

describe('a store that cannot be asked is never taken for an anonymous request', () => {
  test.each(WAYS)(
    '$way answers 503 with Retry-After, logs and counts it, and serves again at once after',
    async ({ path }) => {
      const before = server.deps.store.table.errors
      heal = failStatements(/FROM "Sessions"/)
      unavailable(await ask(server, path, cookie))
      expect(server.deps.store.table.errors).toBe(before + 1)
      heal()
      await ask(server, path, cookie).expect(200)
    },
  )

  test('what is logged of it holds neither the session id nor the text of the statement', async () => {
    heal = failStatements(/FROM "Sessions"/)
    await ask(server, '/auth/profile', cookie)
    expect(logged.join()).toContain('session store failed')
    expect(logged.join()).toContain('TEST_FAILURE')
    expect(logged.join()).not.toContain(sid())
    expect(logged.join()).not.toContain('secret sid')
  })

  test('signing in answers 503 and sets no cookie where the session cannot be written', async () => {
    heal = failStatements(/INSERT INTO "Sessions"/)
    const answer = await server.agent().post('/auth/login').send({ email: ADA.email, password: ADA.password })
    unavailable(answer)
    expect(cookiesOf(answer).size).toBe(0)
  })

  test('signing out answers 503 where the end cannot be written, and the session lives', async () => {
    heal = failStatements(/UPDATE .Sessions. SET .*endedAt/)
    unavailable(await post('/auth/logout'))
    heal()
    await ask(server, '/auth/session', cookie).expect(200)
  })

  test.each(METHODS)(
    'a %s whose change to the session cannot be written answers 503, one that could 200',
    IN_DATABASE_ONLY,
    async method => {
      const keep = () => server.agent()[method]('/auth/keep').set('Cookie', cookie)
      heal = failStatements(/UPDATE .Sessions. SET .*data/)
      unavailable(await keep())
      heal()
      await keep().expect(200, { message: 'Kept' })
      const [row] = await server.rows<{ data: string }>(`SELECT "data" FROM "Sessions" WHERE "sid" = '${sid()}'`)
      expect(JSON.parse(row?.data ?? '{}')).toMatchObject({ kept: method })
    },
  )

  test('a list of sessions that cannot be read is no empty list', async () => {
    heal = failStatements(/FROM .Sessions. .*WHERE .*userId/)
    unavailable(await ask(server, '/auth/sessions', cookie))
  })

  test('why a session ended cannot be read: 503, not a 401 without a reason', async () => {
    await post('/auth/logout').expect(200)
    heal = failStatements(/FROM .Sessions. .*WHERE .*sid/)
    unavailable(await ask(server, '/auth/session', cookie))
  })

  test('each method of the store hands its error to its caller', async () => {
    heal = failStatements(/.Sessions./)
    const { store } = server.deps
    const methods = {
      get: (done: (error?: unknown) => void) => store.get('sid', done),
      destroy: (done: (error?: unknown) => void) => store.destroy('sid', done),
      all: (done: (error?: unknown) => void) => store.all(done),
      length: (done: (error?: unknown) => void) => store.length(done),
      clear: (done: (error?: unknown) => void) => store.clear(done),
      set: (done: (error?: unknown) => void) => store.set('sid', { cookie: { originalMaxAge: null } } as never, done),
    }
    for (const [name, method] of Object.entries(methods)) {
      const error = await new Promise<unknown>(resolve => method(resolve))
      expect(error, name).toMatchObject({ name: 'StoreUnavailable' })
    }
    await expect(store.end('id', 'admin')).rejects.toMatchObject({ name: 'StoreUnavailable' })
    await expect(store.endByUser('id', 'admin')).rejects.toMatchObject({ name: 'StoreUnavailable' })
    await expect(store.listByUser('id', 10)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  })

  test('a failed read is not remembered: parallel requests fail together, the next one reads anew', async () => {
    heal = failStatements(/FROM "Sessions" s\b/)
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(server, '/auth/profile', cookie)))
    for (const answer of answers) unavailable(answer)
    heal()
    await ask(server, '/auth/profile', cookie).expect(200)
  })
})
