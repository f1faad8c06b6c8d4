import supertest from 'supertest'
import { expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { ADA, startServer } from '../support/harness.ts'
import { replicated, startRedisServer, startSentinel } from '../support/redis-server.ts'

test('Sentinel replaces a Redis that died: sessions go on, and nobody is taken for anonymous meanwhile', async () => {
  const master = await startRedisServer()
  const replica = await startRedisServer({ replicaOf: master.port })
  const sentinel = await startSentinel(master.port)
  const server = await startServer({
    SESSION_STORE: 'redis',
    REDIS_URL: `redis+sentinel://127.0.0.1:${sentinel.port}/latchkey-test`,
  })
  server.deps.logger.silent = true
  await server.register()
  const { cookie } = await server.signIn()
  const status = async () => (await supertest(server.url).get('/auth/profile').set('Cookie', cookie)).status
  expect(await status()).toBe(200)
  await replicated(master.url)

  await master.kill()
  const seen = new Set<number>()
  async function signIn() {
    seen.add(await status())
    return (await server.agent().post('/auth/login').send({ email: ADA.email, password: ADA.password })).status
  }
  await expect.poll(signIn, { timeout: seconds(40), interval: 100 }).toBe(200)
  expect(await status()).toBe(200)
  expect([...seen].filter(each => each !== 200 && each !== 503)).toEqual([])

  await server.close()
  await sentinel.close()
  await replica.kill()
})
