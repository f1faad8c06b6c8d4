import supertest from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeAdmin } from '../support/bearer.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer({ NODE_ENV: 'production', BASE_URL: 'http://localhost:3000', BCRYPT_COST: '10' })
})
afterEach(() => server.close())

const HOST = 'localhost:3000'

async function destination(cookie = '') {
  const { headers } = await supertest(server.url).get('/').set({ Host: HOST, Cookie: cookie }).expect(302)
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['set-cookie']).toBeUndefined()
  return headers.location
}

test('in production, / leads to the set-up page, then to sign-in, and with a session to the account', async () => {
  expect(await destination()).toBe('/setup')
  await server.register()
  expect(await destination()).toBe('/setup')

  const { cookie } = await server.signIn()
  expect(await destination(cookie)).toBe('/account')
  expect(await destination(`${cookie}forged`)).toBe('/setup')

  await makeAdmin(ADA)
  expect(await destination()).toBe('/sign-in')
})
