import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newPersonalToken } from '../../src/tokens/personal-token.ts'
import { accessToken, askWith, everyScope, makeAdmin, personalToken } from '../support/bearer.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { part } from '../support/jwt-part.ts'
import { statementsOf } from '../support/statements.ts'

let server: TestServer
let cookie = ''
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await makeAdmin(ADA)
  cookie = (await server.signIn()).cookie
})
afterAll(() => server.close())

const KINDS: [string, () => Promise<string>][] = [
  ['a personal token', async () => (await personalToken(server, cookie, { scopes: everyScope })).token],
  ['an access token', () => accessToken(server, cookie)],
]

const during = (token: string, status: number) => statementsOf(() => askWith(server, token).expect(status))

test.each(KINDS)('in the steady state a request with %s runs no SQL at all', async (_kind, make) => {
  const token = await make()
  await askWith(server, token).expect(200)
  // Where the machine is too busy for the heartbeat of the cache, it reads through; so until a whole round runs none.
  async function round() {
    const statements = await statementsOf(async () => {
      for (let asked = 0; asked < 20; asked++) await askWith(server, token).expect(200)
    })
    expect(statements).toEqual([])
  }
  await vi.waitFor(round, { timeout: 30_000 })
})

test.each(KINDS)('a first request with %s runs one joined read', async (_kind, make) => {
  const token = await make()
  await server.deps.channel.sync()
  // What another request may have left in the caches.
  server.deps.channel.publish({ kind: 'everything' })
  await server.deps.keyRing.refresh()
  const statements = await during(token, 200)
  const reads = statements.filter(sql => /^\s*SELECT/.test(sql))
  expect(reads).toHaveLength(1)
  expect(reads[0]).toMatch(/"Users" u/)
  expect(statements.filter(sql => !/^\s*(SELECT|UPDATE "ApiTokens" SET "lastUsedAt")/.test(sql))).toEqual([])
})

test('20 parallel first requests share one read', async () => {
  const { token } = await personalToken(server, cookie)
  const statements = await statementsOf(async () => {
    await Promise.all(Array.from({ length: 20 }, () => askWith(server, token).expect(200)))
  })
  expect(statements.filter(sql => /FROM "ApiTokens"/.test(sql))).toHaveLength(1)
})

test('the use of a token is written once a minute, not once a request', async () => {
  const { token } = await personalToken(server, cookie)
  const statements = await statementsOf(async () => {
    for (let asked = 0; asked < 10; asked++) await askWith(server, token).expect(200)
  })
  expect(statements.filter(sql => /UPDATE "ApiTokens"/.test(sql))).toHaveLength(1)
})

test('a token that is mistyped is refused without SQL', async () => {
  const { token } = newPersonalToken()
  expect(await during(`${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`, 401)).toEqual([])
})

test('9.1.3 of 50 tokens under unknown keys one at most makes the server look for the key', async () => {
  await server.deps.keyRing.refresh()
  const statements = await statementsOf(async () => {
    for (let made = 0; made < 50; made++) {
      const header = part({ alg: 'EdDSA', typ: 'at+jwt', kid: `unknown-${made}` })
      await askWith(server, `${header}.${part({})}.${part('x')}`).expect(401)
    }
  })
  expect(statements.filter(sql => /"SigningKeys"/.test(sql)).length).toBeLessThanOrEqual(1)
})
