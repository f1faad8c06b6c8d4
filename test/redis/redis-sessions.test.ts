import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { contentsOfRedis, type RedisServer, startRedisServer, writeToRedis } from '../support/redis-server.ts'
import { WAYS } from '../support/ways.ts'

const PREFIX = 'latchkey-own:'

let redis: RedisServer
let server: TestServer
let cookie: string
beforeAll(async () => {
  redis = await startRedisServer()
  server = await startServer({
    SESSION_STORE: 'redis',
    REDIS_URL: redis.url,
    REDIS_PREFIX: PREFIX,
    LOGIN_LIMIT_ACCOUNT: '3',
    LOG_LEVEL: 'error',
  })
  server.deps.logger.silent = true
  await server.register()
  await server.register(BOB)
})
afterAll(async () => {
  await server.close()
  await redis.kill()
})
beforeEach(async () => {
  ;({ cookie } = await server.signIn())
})

const ask = (path: string, sent = cookie) => supertest(server.url).get(path).set('Cookie', sent)
const contents = () => contentsOfRedis(redis.url, PREFIX)
const sid = () => sidOf(cookie.split('=')[1] ?? '')
async function keyOfSession() {
  const [row] = await server.rows<{ publicId: string }>(`SELECT "publicId" FROM "Sessions" WHERE "sid" = '${sid()}'`)
  return `${PREFIX}session:${row?.publicId}`
}
async function isBack() {
  await expect.poll(() => server.deps.channel.isAlive(), { timeout: seconds(20) }).toBe(true)
}

describe('a Redis that does not answer', () => {
  afterEach(async () => {
    redis.resume()
    await isBack()
  })

  test.each(WAYS)(
    'is 503 on $way, never anonymous, also for a session that was cached; later it goes on by itself',
    async ({ path }) => {
      await ask(path).expect(200)
      redis.pause()
      await expect.poll(() => server.deps.channel.isAlive(), { timeout: seconds(10) }).toBe(false)
      const answer = await ask(path)
      expectProblem(answer, 503, 'service_unavailable')
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      redis.resume()
      await isBack()
      await ask(path).expect(200)
    },
  )

  test('lets nobody sign in, and counts no attempt as free', async () => {
    redis.pause()
    const { email, password } = BOB
    const answer = await supertest(server.url).post('/auth/login').send({ email, password })
    expectProblem(answer, 503, 'service_unavailable')
  })

  test('is named by /readyz', async () => {
    redis.pause()
    await expect.poll(async () => (await ask('/readyz')).text, { timeout: seconds(20) }).toMatch('Redis')
  })
})

describe('a Redis that lost what it held', () => {
  test('signs everybody out, tells nobody that a session lives, and takes new sessions', async () => {
    await redis.kill()
    await expect.poll(() => server.deps.channel.isAlive(), { timeout: seconds(10) }).toBe(false)
    redis = await startRedisServer({ port: redis.port })
    await isBack()
    for (const { path } of WAYS) expectProblem(await ask(path), 401, 'authentication_required')
    const again = await server.signIn()
    await ask('/auth/session', again.cookie).expect(200)
  })

  test('brings no ended session back with an old copy', async () => {
    const key = await keyOfSession()
    const { value } = (await contents()).find(each => each.key === key) ?? {}
    await supertest(server.url).post('/auth/logout').set('Cookie', cookie).expect(200)
    await writeToRedis(redis.url, key, value ?? '')
    for (const { path } of WAYS)
      expect(expectProblem(await ask(path), 401, 'authentication_required').reason).toBe('signed-out')
  })

  test('makes nobody another user with a copy of theirs', async () => {
    const bob = await server.signIn(BOB)
    const [row] = await server.rows<{ id: string }>(`SELECT "id" FROM "Users" WHERE "email" = '${BOB.email}'`)
    const ofBob = (await contents()).find(({ value }) => value?.includes(row?.id ?? 'none'))
    expect(ofBob).toBeDefined()
    await writeToRedis(redis.url, await keyOfSession(), ofBob?.value ?? '')
    server.deps.store.forgetAll()
    for (const { path } of WAYS) expectProblem(await ask(path), 401, 'authentication_required')
    await ask('/auth/session', bob.cookie).expect(200)
  })
})

describe('what Redis holds', () => {
  test('opens no session: no id of one is in it, and no name or address of a person', async () => {
    const held = JSON.stringify(await contents())
    expect(held).toContain('passport')
    expect(held).not.toContain(sid())
    for (const { email, name } of [ADA, BOB]) {
      expect(held).not.toContain(email)
      expect(held).not.toContain(name)
    }
  })

  test('goes with the session, at the latest minutes after its absolute limit', async () => {
    const key = await keyOfSession()
    const own = (await contents()).find(each => each.key === key)
    expect(own?.goesIn).toBeGreaterThan(0)
    expect(own?.goesIn).toBeLessThanOrEqual(server.env.SESSION_ABSOLUTE + seconds(310))
    await supertest(server.url).post('/auth/logout').set('Cookie', cookie).expect(200)
    await expect.poll(async () => (await contents()).some(each => each.key === key)).toBe(false)
  })

  test('counts failed sign-ins, for all nodes together', async () => {
    const email = 'nobody@example.org'
    const second = await startServer(
      { ...{ SESSION_STORE: 'redis', REDIS_URL: redis.url, REDIS_PREFIX: PREFIX }, LOGIN_LIMIT_ACCOUNT: '3' },
      server.database,
    )
    const attempt = (url: string) => supertest(url).post('/auth/login').send({ email, password: 'wrong wrong wrong' })
    const statuses = []
    for (const url of [server.url, second.url, server.url, second.url]) statuses.push((await attempt(url)).status)
    await second.close()
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await contents()).some(({ key }) => key.startsWith(`${PREFIX}limit:login-account:`))).toBe(true)
    expect(await server.rows(`SELECT 1 FROM "RateLimits" WHERE "key" LIKE 'login-%'`)).toEqual([])
  })
})
