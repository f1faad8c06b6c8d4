import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { days, minutes } from '../../src/durations.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import { createKeyRing } from '../../src/tokens/key-ring.ts'
import { createSigningKeys, newKeyPair } from '../../src/tokens/signing-keys.ts'
import { accessToken, askWith } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { BOB, startServer, type TestServer } from '../support/harness.ts'
import { statementsOf } from '../support/statements.ts'

let server: TestServer
let cookie = ''
beforeAll(async () => {
  server = await startServer({ SESSION_ABSOLUTE: '400d', SESSION_IDLE: '400d' })
  await server.register()
  await server.register(BOB)
  cookie = (await server.signIn()).cookie
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

async function jwks(): Promise<JSONWebKeySet> {
  return (await supertest(server.url).get('/.well-known/jwks.json').expect(200)).body
}
const kids = async () => (await jwks()).keys.map(({ kid }) => kid)
const kidOf = (token: string) => decodeProtectedHeader(token).kid
function stored() {
  return server.rows<{ kid: string; sealedJwk: string | null }>('SELECT * FROM "SigningKeys" ORDER BY "serial" DESC')
}
const fetchFeed = () => supertest(server.url).get('/.well-known/revoked')
async function verifyFeed(text: string) {
  const { payload } = await jwtVerify(text, createLocalJWKSet(await jwks()), {
    issuer: server.env.BASE_URL,
    typ: 'revoked-sessions+jwt',
    algorithms: ['EdDSA'],
  })
  return payload.sessions as string[]
}
const revoked = async () => verifyFeed((await fetchFeed().expect(200)).text)
async function move(milliseconds: number) {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + milliseconds)
  await server.deps.channel.sync()
}

describe('/.well-known/jwks.json', () => {
  test('has the public parts alone, may be cached for five minutes, and keeps its ETag', async () => {
    const answer = await supertest(server.url).get('/.well-known/jwks.json').expect(200)
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'content-type': 'application/jwk-set+json',
    })
    for (const key of answer.body.keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    const { etag = '' } = answer.headers
    await supertest(server.url).get('/.well-known/jwks.json').set('If-None-Match', etag).expect(304)
  })

  test('no id of a key begins with a dash, which `keys retire` would take for an option', async () => {
    const pairs = await Promise.all(Array.from({ length: 500 }, () => newKeyPair('EdDSA')))
    expect(pairs.filter(({ kid }) => kid.startsWith('-'))).toEqual([])
  })

  test('verifies our tokens with an ordinary library', async () => {
    const { payload } = await jwtVerify(await accessToken(server, cookie), createLocalJWKSet(await jwks()), {
      issuer: server.env.BASE_URL,
      audience: `${server.env.BASE_URL}/api`,
      typ: 'at+jwt',
    })
    expect(payload.client_id).toBe(server.env.BASE_URL)
  })

  test('no session, no cookie, and no SQL while nothing changed', async () => {
    await jwks()
    expect(await statementsOf(() => jwks())).toEqual([])
  })
})

describe('signing keys', () => {
  test('11.3.2 13.3.1 the private part is sealed in the database', async () => {
    const [newest] = await stored()
    expect(newest?.sealedJwk).toMatch(/^v1\./)
    const text = server.deps.sealer.open(newest?.sealedJwk ?? '', `signing-key:${newest?.kid}`).text
    expect(JSON.stringify(await stored())).not.toContain(JSON.parse(text).d)
    expect(() => server.deps.sealer.open(newest?.sealedJwk ?? '', 'signing-key:other')).toThrow()
  })

  test('of many processes that start at once one makes the key', async () => {
    await server.rows('DELETE FROM "SigningKeys"')
    const { database, sealer, channel } = server.deps
    const rings = Array.from({ length: 10 }, () =>
      createKeyRing({ keys: createSigningKeys(database, sealer), channel, age: days(30) }),
    )
    const signers = await Promise.all(rings.map(ring => ring.signer()))
    expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1)
    expect(await stored()).toHaveLength(1)
    await server.deps.channel.sync()
    await askWith(server, await accessToken(server, cookie)).expect(200)
  })

  test('a key is replaced by age; the old one verifies until its last token has expired, and then no more', async () => {
    const before = await accessToken(server, cookie)
    await move(days(31))
    const fresh = (await server.signIn()).cookie
    const after = await accessToken(server, fresh)
    expect(kidOf(after)).not.toBe(kidOf(before))
    expect(await kids()).toEqual([kidOf(after), kidOf(before)])
    expect((await stored()).map(({ sealedJwk }) => sealedJwk !== null)).toEqual([true, false])
    await move(minutes(11))
    expect(await kids()).toEqual([kidOf(after)])
  })

  test('the command line rotates: the next token is signed by the new key, the ones before stay good', async () => {
    const cli = cliHere(settingsOf(server))
    const before = await accessToken(server, cookie)
    expect((await cli.run(['keys', 'rotate'])).stdout).toMatch(/^EdDSA signing key: [\w-]{43}\n$/)
    await server.deps.channel.sync()
    const after = await accessToken(server, cookie)
    expect(kidOf(after)).not.toBe(kidOf(before))
    for (const token of [before, after]) await askWith(server, token).expect(200)
    const { stdout } = await cli.run(['keys', 'list'])
    expect(stdout).toMatch(new RegExp(`^${kidOf(after)} .* signs$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^${kidOf(before)} .* verifies until `, 'm'))
    expect(await cli.run(['keys', 'retire', 'nonsense'])).toEqual(refusal('There is no key'))
  })

  test('13.3.4 a key sealed under an older encryption key is sealed anew when it is used', async () => {
    const { database, channel } = server.deps
    const [newest] = await stored()
    const rotated = createSealer([
      'another-key-another-key-another-key-another',
      'test-only-key-test-only-key-test-only-key-test',
    ])
    await createKeyRing({ keys: createSigningKeys(database, rotated), channel, age: days(30) }).signer()
    const [again] = await stored()
    expect(again?.kid).toBe(newest?.kid)
    expect(again?.sealedJwk).not.toBe(newest?.sealedJwk)
    expect(rotated.open(again?.sealedJwk ?? '', `signing-key:${again?.kid}`).outdated).toBe(false)
  })
})

describe('/.well-known/revoked', () => {
  async function endedSession() {
    const { browser } = await server.signIn(BOB)
    const { body } = await browser.get('/auth/session').expect(200)
    await browser.post('/auth/logout').expect(200)
    return body.session.id as string
  }
  const aSecond = () => new Promise(resolve => setTimeout(resolve, 1010))

  test('lists a session that ended, for as long as a token of it could live, and no live one', async () => {
    const { body: live } = await supertest(server.url).get('/auth/session').set('Cookie', cookie)
    const ended = await endedSession()
    await aSecond()
    const listed = await revoked()
    expect(listed).toContain(ended)
    expect(listed).not.toContain(live.session.id)
    await move(minutes(10) + 1000)
    await aSecond()
    expect(await revoked()).toEqual([])
  })

  test('lists the sessions of a user whom an operator’s SQL disabled', async () => {
    const { browser } = await server.signIn(BOB)
    const { body } = await browser.get('/auth/session').expect(200)
    const at = new Date().toISOString().replace('T', ' ').replace('Z', ' +00:00')
    await server.rows(`UPDATE "Users" SET "disabledAt" = '${at}' WHERE "email" = '${BOB.email}'`)
    await aSecond()
    expect(await revoked()).toContain(body.session.id)
    await server.rows(`UPDATE "Users" SET "disabledAt" = NULL WHERE "email" = '${BOB.email}'`)
  })

  test('is computed once a second at most, and keeps its ETag while nothing ended', async () => {
    await aSecond()
    const statements = await statementsOf(() => Promise.all(Array.from({ length: 20 }, () => fetchFeed().expect(200))))
    expect(statements.length).toBeLessThanOrEqual(1)
    const first = await fetchFeed().expect(200)
    expect(first.headers['content-type']).toBe('application/jwt')
    await aSecond()
    await fetchFeed()
      .set('If-None-Match', first.headers.etag ?? '')
      .expect(304)
    await endedSession()
    await aSecond()
    await fetchFeed()
      .set('If-None-Match', first.headers.etag ?? '')
      .expect(200)
  })

  test('9.2.2 is no access token', async () => {
    const { text } = await fetchFeed().expect(200)
    await askWith(server, text).expect(401)
  })
})
