import { Client } from 'pg'
import supertest from 'supertest'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let cookie = ''
beforeEach(async () => {
  server = await startServer({ SESSION_CACHE: '0' })
  server.deps.logger.silent = true
  await server.register()
  cookie = (await server.signIn()).cookie
})
afterEach(() => server.close())

type Call = () => supertest.Test
function get(path: string): Call {
  return () => supertest(server.url).get(path).set('Cookie', cookie)
}
const login: Call = () => supertest(server.url).post('/auth/login').send({ email: ADA.email, password: ADA.password })
const register: Call = () => supertest(server.url).post('/auth/register').send(BOB)
const logout: Call = () => supertest(server.url).post('/auth/logout').set('Cookie', cookie)
const rename: Call = () => supertest(server.url).patch('/auth/profile').set('Cookie', cookie).send({ name: 'Eve' })

const AFFECTED: [table: string, calls: [string, Call][]][] = [
  [
    'Sessions',
    [
      ['session', get('/auth/session')],
      ['profile', get('/auth/profile')],
      ['login', login],
      ['logout', logout],
    ],
  ],
  [
    'Users',
    [
      ['session', get('/auth/session')],
      ['dashboard', get('/auth/dashboard')],
      ['login', login],
      ['register', register],
      ['rename', rename],
    ],
  ],
  [
    'UserRoles',
    [
      ['session', get('/auth/session')],
      ['login', login],
      ['register', register],
    ],
  ],
  [
    'Roles',
    [
      ['profile', get('/auth/profile')],
      ['register', register],
    ],
  ],
  [
    'RateLimits',
    [
      ['login', login],
      ['register', register],
    ],
  ],
]

async function alive() {
  await supertest(server.url).get('/healthz').expect(200, { status: 'ok' })
  await supertest(server.url).get('/').expect(200)
  await supertest(server.url).get('/api').expect(200)
}
async function failsClosed(title: string, call: Call) {
  const answer = await call()
  expect({ title, status: answer.status }).toEqual({ title, status: 503 })
  expectProblem(answer, 503, 'service_unavailable')
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.text).not.toMatch(/Sessions|Users|Roles|RateLimits|SQL|relation|table/)
}

describe('16.5.2 16.5.3 where a table does not answer, the request fails closed, and recovers by itself', () => {
  test.each(AFFECTED)('%s', async (table, calls) => {
    await server.rows(`ALTER TABLE "${table}" RENAME TO "Gone"`)
    for (const [title, call] of calls) await failsClosed(title, call)
    await alive()
    await server.rows(`ALTER TABLE "Gone" RENAME TO "${table}"`)
    await get('/auth/session')().expect(200)
    await login().expect(200)
    await register().expect(201)
  })
})

if (process.env.TEST_DATABASE === 'postgres')
  describe('where the PostgreSQL server ends all connections and takes no new ones', () => {
    async function administer(...statements: string[]) {
      const client = new Client({ connectionString: process.env.TEST_DATABASE_URL })
      await client.connect()
      for (const sql of statements) await client.query(sql)
      await client.end()
    }
    const name = () => new URL(server.database?.url ?? '').pathname.slice(1)

    test('16.5.2 /auth is 503, the process stays alive and not ready, and all is well when it is back', async () => {
      await administer(
        `ALTER DATABASE ${name()} ALLOW_CONNECTIONS false`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name()}'`,
      )
      for (const [title, call] of [
        ['session', get('/auth/session')],
        ['login', login],
        ['logout', logout],
        ['readyz', get('/readyz')],
      ] as const)
        await failsClosed(title, call)
      await alive()

      await administer(`ALTER DATABASE ${name()} ALLOW_CONNECTIONS true`)
      await get('/auth/session')().expect(200)
      // Its answer may be a second old.
      await vi.waitFor(() => get('/readyz')().expect(200), 5000)
      await login().expect(200)
    })
  })
