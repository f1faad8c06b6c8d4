import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { days, hours } from '../../src/durations.ts'
import { IN_DATABASE_ONLY } from '../support/database.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, PASSWORD, startServer, type TestServer } from '../support/harness.ts'

const LIMITS = {
  LOGIN_LIMIT_ACCOUNT_CLIENT: '3',
  LOGIN_LIMIT_ACCOUNT: '6',
  LOGIN_LIMIT_CLIENT: '9',
  LOGIN_LIMIT_REGISTER: '3',
  HASH_QUEUE: '100',
}

/** Tells the clients of one test from those of the others. */
let nextClient = 1
const freshClient = () => `203.0.113.${nextClient++}`
let nextAccount = 1
const freshAccount = () => `stranger${nextAccount++}@example.org`

const statusesOf = (answers: { status: number }[]) => answers.map(each => each.status)
const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at))

describe('15.3.4 behind a trusted proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ ...LIMITS, TRUST_PROXY: '1' })
    for (const person of [ADA, BOB])
      await supertest(server.url).post('/auth/register').set('X-Forwarded-For', freshClient()).send(person).expect(201)
  })
  afterAll(() => server.close())

  const attempt = (client: string, email: string, password = 'wrong') =>
    supertest(server.url).post('/auth/login').set('X-Forwarded-For', client).send({ email, password })
  async function attempts(count: number, client: string, email: string) {
    const statuses = []
    for (let at = 0; at < count; at++) statuses.push((await attempt(client, email)).status)
    return statuses
  }

  test('6.3.1 one client guesses at one account three times, then waits; its owner still signs in from elsewhere', async () => {
    const client = freshClient()
    expect(await attempts(3, client, ADA.email)).toEqual([401, 401, 401])
    const answer = await attempt(client, ADA.email, PASSWORD)
    expectProblem(answer, 429, 'too_many_requests')
    const wait = Number(answer.headers['retry-after'])
    expect(wait).toBeGreaterThan(15 * 60 - 60)
    expect(wait).toBeLessThanOrEqual(15 * 60)
    await attempt(freshClient(), ADA.email, PASSWORD).expect(200)
  })

  test('6.3.1 spellings of one address share one count', async () => {
    const client = freshClient()
    const spellings = ['eve@example.org', 'EVE@example.org', ' eve@example.org', 'ｅve@example.org']
    const statuses = []
    for (const spelling of spellings) statuses.push((await attempt(client, spelling)).status)
    expect(statuses).toEqual([401, 401, 401, 429])
  })

  test('6.3.1 many clients guess at one account six times in all', async () => {
    const email = freshAccount()
    const statuses = []
    for (let at = 0; at < 8; at++) statuses.push((await attempt(freshClient(), email)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429])
  })

  test('6.3.1 one client guesses at many accounts nine times in all; another client is served', async () => {
    const client = freshClient()
    const statuses = []
    for (let at = 0; at < 10; at++) statuses.push((await attempt(client, freshAccount())).status)
    expect(statuses).toEqual([...times(9, () => 401), 429])
    await attempt(client, BOB.email, BOB.password).expect(429)
    await attempt(freshClient(), BOB.email, BOB.password).expect(200)
  })

  test('6.3.1 forty guesses at once are counted as exactly as one after another', async () => {
    const [client, email] = [freshClient(), freshAccount()]
    const statuses = statusesOf(await Promise.all(times(40, () => attempt(client, email))))
    expect(statuses.filter(status => status === 401)).toHaveLength(3)
    expect(statuses.filter(status => status === 429)).toHaveLength(37)
  })

  test('6.3.1 signing in oneself gives no fresh guesses at others, but gives back one’s own', async () => {
    const [client, victim] = [freshClient(), freshAccount()]
    expect(await attempts(2, client, victim)).toEqual([401, 401])
    expect(await attempts(2, client, BOB.email)).toEqual([401, 401])
    await attempt(client, BOB.email, BOB.password).expect(200)
    expect(await attempts(2, client, victim)).toEqual([401, 429])
    expect(await attempts(2, client, BOB.email)).toEqual([401, 401])
    await attempt(client, BOB.email, BOB.password).expect(200)
  })

  test('6.3.1 the addresses of one IPv6 /64 are one client, the next /64 is another', async () => {
    const email = freshAccount()
    const statuses = []
    for (const host of ['::1', '::2', ':ffff::3', ':1:2:3:4'])
      statuses.push((await attempt(`2001:db8:1:1${host}`, email)).status)
    statuses.push((await attempt('2001:db8:1:2::1', email)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 401])
  })

  test('2.4.1 a refused attempt costs no hash', async () => {
    const client = freshClient()
    await attempts(3, client, freshAccount())
    const email = freshAccount()
    await attempts(3, client, email)
    const verify = vi.spyOn(server.deps.hasher, 'verify')
    const verifyDecoy = vi.spyOn(server.deps.hasher, 'verifyDecoy')
    expect(await attempts(3, client, email)).toEqual([429, 429, 429])
    expect(verify).not.toHaveBeenCalled()
    expect(verifyDecoy).not.toHaveBeenCalled()
  })

  test('2.4.1 the fourth registration from one client is refused and leaves no user', async () => {
    const client = freshClient()
    const register = (at: number) =>
      supertest(server.url)
        .post('/auth/register')
        .set('X-Forwarded-For', client)
        .send({ ...ADA, email: `new${at}@example.org` })
    const answers = []
    for (let at = 0; at < 4; at++) answers.push(await register(at))
    expect(statusesOf(answers)).toEqual([201, 201, 201, 429])
    expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0)
    expect(await server.rows(`SELECT 1 FROM "Users" WHERE "email" = 'new3@example.org'`)).toEqual([])
  })

  test.each([
    ['an hour', hours(1)],
    ['two days', days(2)],
  ])(
    'a limit that was reached while the clock was %s ahead lasts at most its window',
    IN_DATABASE_ONLY,
    async (_words, jump) => {
      const [client, email] = [freshClient(), freshAccount()]
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump })
      expect(await attempts(4, client, email)).toEqual([401, 401, 401, 429])
      vi.useRealTimers()
      const statuses = await attempts(4, client, email)
      expect(statuses).toEqual([401, 401, 401, 429])
      const answer = await attempt(client, email)
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(15 * 60)
    },
  )

  test('6.3.1 the counts outlive a restart', async () => {
    const [client, email] = [freshClient(), freshAccount()]
    await attempts(3, client, email)
    const second = await startServer({ ...LIMITS, TRUST_PROXY: '1' }, server.database)
    const answer = await supertest(second.url)
      .post('/auth/login')
      .set('X-Forwarded-For', client)
      .send({ email, password: 'wrong' })
    await second.close()
    expect(answer.status).toBe(429)
  })
})

describe('4.1.3 without a trusted proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ ...LIMITS, LOGIN_LIMIT_WINDOW: '2s' })
  })
  afterAll(() => server.close())

  test('6.3.1 a rotating X-Forwarded-For is one client; its limit ends with the window', async () => {
    const attempt = (at: number) =>
      supertest(server.url)
        .post('/auth/login')
        .set('X-Forwarded-For', `198.51.100.${at}`)
        .set('Forwarded', `for=198.51.100.${at}`)
        .set('X-Real-IP', `198.51.100.${at}`)
        .send({ email: 'mallory@example.org', password: 'wrong' })
    const statuses = []
    for (let at = 0; at < 5; at++) statuses.push((await attempt(at)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    await new Promise(resolve => setTimeout(resolve, 2100))
    await attempt(9).expect(401)
  })
})
