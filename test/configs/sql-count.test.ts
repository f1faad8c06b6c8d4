import supertest from 'supertest'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { countStatements } from '../support/statement-counter.ts'

const counter = countStatements()
afterAll(() => counter.stop())

let server: TestServer
afterEach(() => server.close())

const onSessions = (statements: string[]) => statements.filter(sql => /"?Sessions"?/.test(sql))
const visit = (path: string, cookie: string) => supertest(server.url).get(path).set('Cookie', cookie)
async function countDuring(path: string, cookie: string, status: number) {
  return onSessions(await counter.during(() => visit(path, cookie).expect(status)))
}

describe('without a cache', () => {
  let cookie = ''
  async function start() {
    server = await startServer({ SESSION_CACHE: '0' })
    await server.register()
    cookie = (await server.signIn()).cookie
  }

  test('a route that the cookie opens runs one statement on Sessions, which shows that they are counted', async () => {
    await start()
    for (const path of ['/auth/session', '/auth/profile', '/auth/dashboard'])
      expect(await countDuring(path, cookie, 200)).toHaveLength(1)
  })

  test('what stands above the sessions runs none, even with a valid cookie', async () => {
    await start()
    const public_ = ['/', '/setup', '/docs.css', '/docs', '/openapi.json', '/healthz', '/readyz', '/api']
    for (const path of public_) expect(await countDuring(path, cookie, 200)).toEqual([])
    for (const path of ['/api/v1/users', '/api/v1/roles']) expect(await countDuring(path, cookie, 401)).toEqual([])
    for (const path of ['/nothing', '/api/nothing']) expect(await countDuring(path, cookie, 404)).toEqual([])
  })
})

test('in the steady state a signed-in request runs no SQL on Sessions', async () => {
  server = await startServer()
  await server.register()
  const { cookie } = await server.signIn()
  expect(await countDuring('/auth/session', cookie, 200)).toHaveLength(1)
  // Where the machine is too busy for the heartbeat of the cache, it reads through; so until a whole round runs none.
  async function round() {
    for (const path of ['/auth/session', '/auth/profile', '/auth/dashboard', '/auth/session'])
      expect(await countDuring(path, cookie, 200)).toEqual([])
  }
  await vi.waitFor(round, { timeout: 30_000 })
})

test('a sign-in is one INSERT into Sessions, and nothing else there', async () => {
  server = await startServer()
  await server.register()
  const statements = onSessions(await counter.during(() => server.signIn()))
  expect(statements).toHaveLength(1)
  expect(statements[0]).toMatch(/^\s*INSERT INTO "Sessions"/)
})

test('an anonymous request runs no SQL on Sessions, leaves no row and gets no cookie', async () => {
  server = await startServer({ SESSION_CACHE: '0' })
  await server.register()
  const forged = 'connect.sid=s%3Aforged.signature'
  for (const cookie of ['', forged])
    for (const path of ['/auth/session', '/auth/profile', '/auth/nothing', '/']) {
      let answer: supertest.Response | undefined
      const statements = await counter.during(async () => {
        answer = await visit(path, cookie)
      })
      expect(onSessions(statements)).toEqual([])
      expect(answer?.headers['set-cookie']).toBeUndefined()
    }
  await supertest(server.url).post('/auth/login').send({ email: ADA.email, password: 'wrong' }).expect(401)
  expect(await server.rows('SELECT 1 FROM "Sessions"')).toEqual([])
})
