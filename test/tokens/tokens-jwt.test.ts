import { createHmac, createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactSign, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose'
import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { minutes } from '../../src/durations.ts'
import { accessToken, askWith, makeAdmin, userOf } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { part } from '../support/jwt-part.ts'

const CLOCK_TOLERANCE = 5

let server: TestServer
let cookie = ''
let good = ''
let claims: Record<string, unknown> = {}
let header: Record<string, unknown> & { kid: string }
let publicJwk: JsonWebKey
/** Where nobody may be asked for a key. */
const listener = createServer((_req, res) => void res.end(JSON.stringify({ keys: [publicJwk] })))
let asked = 0
let elsewhere = ''
beforeAll(async () => {
  server = await startServer()
  for (const person of [ADA, BOB]) await server.register(person)
  await makeAdmin(BOB)
  cookie = (await server.signIn()).cookie
  good = await accessToken(server, cookie)
  claims = decodeJwt(good)
  header = { ...decodeProtectedHeader(good), kid: String(decodeProtectedHeader(good).kid) }
  publicJwk = (await supertest(server.url).get('/.well-known/jwks.json')).body.keys[0]
  listener.on('request', () => asked++)
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  elsewhere = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/jwks.json`
})
afterAll(async () => {
  listener.close()
  await server.close()
})
afterEach(() => void vi.useRealTimers())

/** Signed by the server's own key, whatever it says. */
async function signed(payload: object | string, headers: object = {}) {
  const { key } = await server.deps.keyRing.signer()
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ ...header, alg: 'EdDSA', ...headers })
    .sign(key)
}
const claiming = (changed: object) => signed({ ...claims, ...changed })
const without = (name: string) => signed(Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name)))
const now = () => Math.floor(Date.now() / 1000)
const refused = async (token: string) => expectProblem(await askWith(server, token), 401, 'invalid_token')

describe('POST /auth/token', () => {
  test('gives a short-lived token for the session, in the form of RFC 6749', async () => {
    const answer = await supertest(server.url).post('/auth/token').set('Cookie', cookie).expect(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 600, scope: '' })
  })

  test('RFC 9068: says who made it for whom, and nothing about the session that its cookie could be made of', async () => {
    const { body } = await supertest(server.url).get('/auth/session').set('Cookie', cookie)
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{43}$/) })
    const { BASE_URL } = server.env
    expect(claims).toEqual({
      iss: BASE_URL,
      aud: `${BASE_URL}/api`,
      sub: (await userOf(ADA)).id,
      sid: body.session.id,
      client_id: BASE_URL,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: Number(claims.iat) + 600,
      auth_time: expect.any(Number),
      permissions: [],
    })
  })

  test('the token tells what its owner may', async () => {
    const admin = await accessToken(server, (await server.signIn(BOB)).cookie)
    expect(decodeJwt(admin).permissions).toContain('users:read')
    await askWith(server, admin, '/api/v1/users').expect(200)
    expectProblem(await askWith(server, good, '/api/v1/users'), 403, 'forbidden')
  })

  test('the token never outlives the session', async () => {
    const { body } = await supertest(server.url).get('/auth/session').set('Cookie', cookie)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.parse(body.session.expires) - minutes(2))
    const late = await accessToken(server, cookie)
    expect(Number(decodeJwt(late).exp) * 1000).toBeLessThanOrEqual(Date.parse(body.session.absoluteExpires))
  })

  test('a token buys no other one, and opens nothing under /auth', async () => {
    const answer = await supertest(server.url).post('/auth/token').set('Authorization', `Bearer ${good}`)
    expectProblem(answer, 401, 'authentication_required')
    expectProblem(await askWith(server, good, '/auth/session'), 401, 'authentication_required')
  })
})

describe('a good token', () => {
  test('tells whose it is', async () => {
    const { body } = await askWith(server, good).expect(200)
    expect(body).toEqual({
      user: expect.objectContaining({ email: ADA.email }),
      permissions: [],
      token: { kind: 'access', id: claims.sid, expires: new Date(Number(claims.exp) * 1000).toISOString() },
    })
  })

  test('does not prolong its session', async () => {
    const before = await server.rows('SELECT "lastSeenAt", "expires" FROM "Sessions" ORDER BY "sid"')
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + minutes(9))
    await server.deps.channel.sync()
    await askWith(server, good).expect(200)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(await server.rows('SELECT "lastSeenAt", "expires" FROM "Sessions" ORDER BY "sid"')).toEqual(before)
  })

  test('9.2.1 is good until it expires and not at that moment, cached or not', async () => {
    const { cookie: other } = await server.signIn()
    const token = await accessToken(server, other)
    const exp = Number(decodeJwt(token).exp) * 1000
    await askWith(server, token).expect(200)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(exp - 1)
    await server.deps.channel.sync()
    await askWith(server, token).expect(200)
    vi.setSystemTime(exp)
    await refused(token)
    const unseen = await signed({ ...claims, exp: exp / 1000, iat: exp / 1000 - 60, jti: randomUUID() })
    vi.setSystemTime(exp + CLOCK_TOLERANCE * 1000)
    await refused(unseen)
  })
})

describe('9.1.1 9.1.2 9.1.3 a forged token is refused', () => {
  const unsigned = (alg: string) => `${part({ ...header, alg })}.${part(claims)}.`
  function hmac(key: string | Buffer, alg = 'HS256') {
    const body = `${part({ ...header, alg })}.${part(claims)}`
    return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
  }
  const pem = () => createPublicKey({ key: publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  async function signedBy(alg: 'EdDSA' | 'RS256' | 'ES256', headers: object = {}) {
    const { privateKey } = await generateKeyPair(alg)
    const sign = new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    return sign.setProtectedHeader({ ...header, alg, ...headers }).sign(privateKey)
  }
  const withSignature = (signature: string) => `${good.split('.').slice(0, 2).join('.')}.${signature}`

  test.each<[string, () => string | Promise<string>]>([
    ['alg none', () => unsigned('none')],
    ['alg None', () => unsigned('None')],
    ['alg nOnE', () => unsigned('nOnE')],
    ['alg none with the real signature', () => unsigned('none') + good.split('.')[2]],
    ['HS256 with the public key as PEM', () => hmac(String(pem()))],
    ['HS256 with the public key', () => hmac(Buffer.from(String(publicJwk.x), 'base64url'))],
    ['HS256 with an empty key', () => hmac('')],
    ['HS256 that calls itself EdDSA', () => hmac(String(pem()), 'EdDSA')],
    ['RS256', () => signedBy('RS256')],
    ['ES256', () => signedBy('ES256')],
    ['EdDSA by another key', () => signedBy('EdDSA')],
    [
      'alg in other letters',
      () =>
        signed(claims, {}).then(token => `${part({ ...header, alg: 'eddsa' })}.${token.split('.').slice(1).join('.')}`),
    ],
    ['no signature', () => withSignature('')],
    ['a signature of zeros', () => withSignature(Buffer.alloc(64).toString('base64url'))],
    ['half a signature', () => withSignature(String(good.split('.')[2]).slice(0, 43))],
    [
      'a changed payload',
      () => [good.split('.')[0], part({ ...claims, permissions: ['users:read'] }), good.split('.')[2]].join('.'),
    ],
    ['five parts', () => `${good}.a.b`],
    ['one part', () => 'eyJhbGciOiJFZERTQSJ9'],
    ['a header that is no JSON', () => `${part('nonsense')}.${good.split('.').slice(1).join('.')}`],
    ['a payload that is no JSON', () => signed('nonsense')],
    ['a payload that is a list', () => signed('[]')],
    ['jwk in the header', () => signedBy('EdDSA', { jwk: publicJwk })],
    ['jku in the header, our signature', () => signed(claims, { jku: elsewhere })],
    ['jku in the header, another key', () => signedBy('EdDSA', { jku: elsewhere })],
    ['x5u in the header', () => signedBy('EdDSA', { x5u: elsewhere })],
    ['x5c in the header', () => signedBy('EdDSA', { x5c: ['AAAA'] })],
    ['kid a URL', () => signedBy('EdDSA', { kid: elsewhere })],
    ['kid a path', () => signedBy('EdDSA', { kid: '../../../../../dev/null' })],
    ['kid SQL', () => signedBy('EdDSA', { kid: `' OR "kid" IS NOT NULL --` })],
    ['kid a number', () => signedBy('EdDSA', { kid: 1 })],
    ['kid __proto__', () => signedBy('EdDSA', { kid: '__proto__' })],
    ['no kid', () => signed(claims, { kid: undefined })],
  ])('%s', async (_title, make) => {
    await refused(await make())
    expect(asked).toBe(0)
  })

  test('each byte counts', async () => {
    await askWith(server, good).expect(200)
    const at = Array.from({ length: 40 }, (_, index) => Math.floor((index * good.length) / 40))
    for (const index of at) {
      const changed = `${good.slice(0, index)}${good[index] === 'A' ? 'B' : 'A'}${good.slice(index + 1)}`
      if (changed === good) continue
      const { status } = await askWith(server, changed)
      // The last character of a part has bits that count for nothing; none is at a place that is changed here.
      expect({ index, status }).toEqual({ index, status: 401 })
    }
    await askWith(server, good).expect(200)
  })
})

describe('9.2.1 9.2.2 9.2.3 9.2.4 a token with our signature that says something else is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['another issuer', () => claiming({ iss: 'https://elsewhere.example' })],
    ['no issuer', () => without('iss')],
    ['another audience', () => claiming({ aud: 'https://elsewhere.example/api' })],
    ['a list of audiences that has ours', () => claiming({ aud: [claims.aud, 'https://elsewhere.example'] })],
    ['no audience', () => without('aud')],
    ['another type', () => signed(claims, { typ: 'JWT' })],
    ['the type of the feed', () => signed(claims, { typ: 'revoked-sessions+jwt' })],
    ['no type', () => signed(claims, { typ: undefined })],
    ['b64 and crit', () => signed(claims, { b64: true, crit: ['b64'] })],
    ['exp past', () => claiming({ exp: now() - CLOCK_TOLERANCE - 1 })],
    ['exp as text', () => claiming({ exp: String(claims.exp) })],
    ['exp 1e99', () => claiming({ exp: 1e99 })],
    ['exp in an hour', () => claiming({ exp: now() + 3600 })],
    ['exp negative', () => claiming({ exp: -1 })],
    ['exp null', () => claiming({ exp: null })],
    ['no exp', () => without('exp')],
    ['nbf to come', () => claiming({ nbf: now() + 60 })],
    ['nbf as text', () => claiming({ nbf: String(now()) })],
    ['iat to come', () => claiming({ iat: now() + 60 })],
    ['iat as text', () => claiming({ iat: String(claims.iat) })],
    ['no iat', () => without('iat')],
    ['no jti', () => without('jti')],
    ['permissions as text', () => claiming({ permissions: 'users:read' })],
    ['no permissions', () => without('permissions')],
    ['sub of another user', async () => claiming({ sub: (await userOf(BOB)).id })],
    ['sub a list', () => claiming({ sub: [claims.sub] })],
    ['no sub', () => without('sub')],
    ['sid of a session that never was', () => claiming({ sid: randomUUID() })],
    ['sid SQL', () => claiming({ sid: `' OR 1=1 --` })],
    ['no sid', () => without('sid')],
    [
      'sid of another user’s session',
      async () => {
        const other = await accessToken(server, (await server.signIn(BOB)).cookie)
        return claiming({ sid: decodeJwt(other).sid })
      },
    ],
  ])('%s', async (_title, make) => {
    await refused(await make())
  })

  test('permissions that its owner does not have open nothing', async () => {
    const token = await claiming({ permissions: ['users:read'] })
    expectProblem(await askWith(server, token, '/api/v1/users'), 403, 'forbidden')
  })

  test('the same claims unchanged are good, which shows that the above is refused for what it says', async () => {
    await askWith(server, await claiming({ jti: randomUUID() })).expect(200)
    await askWith(server, await claiming({ nbf: now(), jti: randomUUID() })).expect(200)
  })
})
