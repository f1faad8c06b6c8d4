import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startAmongLiars, startFederation } from '../support/federation.ts'
import { part } from '../support/jwt-part.ts'
import { CLIENT_SECRET, type Claims, type LyingProvider } from '../support/lying-provider.ts'
import { Surfer } from '../support/surfer.ts'

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const NOW = () => Math.floor(Date.now() / 1000)

type Signed = { header?: object; signature?: (content: string) => Buffer }

let it: Awaited<ReturnType<typeof startAmongLiars<'corp' | 'other'>>>
let corp: LyingProvider
beforeAll(async () => {
  it = await startAmongLiars(['corp', 'other'])
  corp = it.providers.corp
})
afterAll(() => it?.close())

let number = 0
beforeEach(() => {
  number++
  for (const provider of Object.values(it.providers))
    provider.become({ sub: `sub-${number}`, sid: `sid-${number}`, email: `person${number}@example.org`, name: 'Ada' })
  corp.person.email_verified = true
})

/** A logout token as the provider signs it, with other claims, or signed by somebody else. */
async function logoutToken(claims: Claims = {}, { header, signature }: Signed = {}) {
  const payload = { iss: corp.url, aud: 'latchkey', iat: NOW(), exp: NOW() + 60, jti: randomUUID(), events: EVENTS }
  const content = { ...payload, sub: `sub-${number}`, sid: `sid-${number}`, ...claims }
  if (!signature) return await signedByProvider(corp, content)
  const text = `${part({ alg: 'RS256', kid: 'first', ...header })}.${part(content)}`
  return `${text}.${signature(text).toString('base64url')}`
}

async function signedByProvider({ issuer }: LyingProvider, claims: Claims) {
  return await issuer.buildToken({
    scopesOrTransform: (_, payload) => {
      for (const name of Object.keys(payload)) delete payload[name]
      Object.assign(payload, claims)
    },
  })
}

async function tell(token: string, provider = 'corp') {
  const body = new URLSearchParams({ logout_token: token })
  const response = await fetch(`${it.server.url}/auth/oidc/${provider}/backchannel-logout`, { method: 'POST', body })
  return response.status
}

async function reasonsOfEnds() {
  const rows = await it.server.rows<{ details: unknown }>(
    `SELECT "details" FROM "AuditEvents" WHERE "event" = 'session_ended'`,
  )
  return JSON.stringify(rows)
}

test('7.6.1 10.5.5 a valid token ends the session that began there, and says why', async () => {
  const { surfer } = await it.signInWith()
  expect(await tell(await logoutToken())).toBe(200)
  expect(await it.whoIs(surfer)).toBeUndefined()
  expect(await reasonsOfEnds()).toContain('provider-signed-out')
})

test('10.5.5 only the session that it names, and without one all of the person', async () => {
  const first = await it.signInWith()
  corp.person.sid = 'another'
  const second = await it.signInWith()
  expect(await tell(await logoutToken())).toBe(200)
  expect(await it.whoIs(first.surfer)).toBeUndefined()
  expect(await it.whoIs(second.surfer)).toBeDefined()
  const third = await it.signInWith()
  expect(await tell(await logoutToken({ sid: undefined }))).toBe(200)
  expect(await it.whoIs(second.surfer)).toBeUndefined()
  expect(await it.whoIs(third.surfer)).toBeUndefined()
})

test('10.5.5 a session by password stays, and so does one of another person with the same session there', async () => {
  const { surfer } = await it.signInWith()
  const person = { email: `local${number}@example.org`, name: 'Local', password: 'seven green bicycles at dawn' }
  await it.server.register(person)
  const local = new Surfer()
  await it.signInByPassword(local, person)
  expect(await tell(await logoutToken({ sub: 'somebody else' }))).toBe(200)
  expect(await it.whoIs(surfer)).toBeDefined()
  expect(await tell(await logoutToken())).toBe(200)
  expect(await it.whoIs(local)).toBeDefined()
})

test('10.5.5 a repeated token, and one of an unknown session, are harmless', async () => {
  const { surfer } = await it.signInWith()
  expect(await tell(await logoutToken({ sid: 'unknown' }))).toBe(200)
  expect(await it.whoIs(surfer)).toBeDefined()
  const token = await logoutToken()
  expect(await tell(token)).toBe(200)
  const next = await it.signInWith(new Surfer())
  corp.person.sid = `later-${number}`
  const later = await it.signInWith(new Surfer())
  expect(await tell(token)).toBe(200)
  expect(await it.whoIs(next.surfer)).toBeUndefined()
  expect(await it.whoIs(later.surfer)).toBeDefined()
})

describe('10.5.5 a token is refused, and the session stays,', () => {
  const EVIL = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const byEvil = (content: string) => sign('sha256', Buffer.from(content), EVIL)
  const byClient = (content: string) => createHmac('sha256', CLIENT_SECRET).update(content).digest()

  const REFUSED: [title: string, claims: () => Claims, signed?: Signed][] = [
    ['signed by another key', () => ({}), { signature: byEvil }],
    [
      'signed by a key that it brings along',
      () => ({}),
      { header: { jwk: createPublicKey(EVIL).export({ format: 'jwk' }) }, signature: byEvil },
    ],
    ['signed with the secret of the client', () => ({}), { header: { alg: 'HS256' }, signature: byClient }],
    ['not signed', () => ({}), { header: { alg: 'none' }, signature: () => Buffer.alloc(0) }],
    ['for another client', () => ({ aud: 'other' })],
    ['for nobody', () => ({ aud: undefined })],
    ['of another issuer', () => ({ iss: it.providers.other.url })],
    ['of no issuer', () => ({ iss: undefined })],
    ['without the event', () => ({ events: undefined })],
    ['with another event', () => ({ events: { 'https://example.org/event': {} } })],
    ['with the event as text', () => ({ events: Object.keys(EVENTS)[0] })],
    ['with a nonce, as an ID token has', () => ({ nonce: 'x' })],
    ['older than two minutes', () => ({ iat: NOW() - 180, exp: NOW() + 600 })],
    ['without a time of issue', () => ({ iat: undefined })],
    ['of the future', () => ({ iat: NOW() + 600, exp: NOW() + 1200 })],
    ['that expired', () => ({ exp: NOW() - 60 })],
    ['without an expiry', () => ({ exp: undefined })],
    ['without an id', () => ({ jti: undefined })],
    ['about nobody', () => ({ sub: undefined, sid: undefined })],
    ['about nobody, with NUL', () => ({ sub: 'a\0b' })],
    ['about an object', () => ({ sub: {}, sid: undefined })],
  ]

  test.each(REFUSED)('that is %s', async (_, claims, signed) => {
    const { surfer } = await it.signInWith()
    expect(await tell(await logoutToken(claims(), signed))).toBe(400)
    expect(await it.whoIs(surfer)).toBeDefined()
  })

  test('that is an ID token', async () => {
    let idToken = ''
    corp.lies.idToken = token => {
      idToken = token
      return token
    }
    const { surfer } = await it.signInWith()
    expect(await tell(idToken)).toBe(400)
    expect(await it.whoIs(surfer)).toBeDefined()
  })

  test('that another provider signed', async () => {
    const { surfer } = await it.signInWith()
    expect(await tell(await logoutToken(), 'other')).toBe(400)
    const { url } = it.providers.other
    const claims = { iss: url, aud: 'latchkey', iat: NOW(), exp: NOW() + 60, jti: randomUUID(), events: EVENTS }
    const own = await signedByProvider(it.providers.other, { ...claims, sub: `sub-${number}`, sid: `sid-${number}` })
    expect(await tell(own, 'corp')).toBe(400)
    expect(await tell(own, 'other')).toBe(200)
    expect(await it.whoIs(surfer)).toBeDefined()
  })
})

describe('a request', () => {
  test.each([
    ['in JSON', 'application/json', '{"logout_token":"x"}', 415],
    ['in plain text', 'text/plain', 'logout_token=x', 415],
    ['without a token', 'application/x-www-form-urlencoded', '', 422],
    ['with two tokens', 'application/x-www-form-urlencoded', 'logout_token=x&logout_token=y', 422],
    ['with more than a token', 'application/x-www-form-urlencoded', 'logout_token=x&other=y', 422],
    ['with an object', 'application/x-www-form-urlencoded', 'logout_token[a]=x', 422],
    ['with a token of over 8 kB', 'application/x-www-form-urlencoded', `logout_token=${'x'.repeat(8193)}`, 422],
    ['with a token that is none', 'application/x-www-form-urlencoded', 'logout_token=x', 400],
  ])('%s is refused', async (_, type, body, status) => {
    const headers = { 'content-type': type }
    const url = `${it.server.url}/auth/oidc/corp/backchannel-logout`
    expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(status)
  })
})

describe('a real provider', () => {
  let real: Awaited<ReturnType<typeof startFederation>>
  beforeAll(async () => {
    real = await startFederation()
  })
  afterAll(() => real?.close())

  test('7.6.1 tells when its person signs out there', async () => {
    real.provider.account = { sub: 'ada', email: 'ada@example.org', email_verified: true, name: 'Ada' }
    const { surfer } = await real.signInWith()
    const elsewhere = await real.signInWith(new Surfer())
    const page = await (await surfer.ask(`${real.provider.issuer}/session/end`)).text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams({ xsrf, logout: 'yes' })
    await surfer.ask(`${real.provider.issuer}/session/end/confirm`, { method: 'POST', body })
    await expect.poll(() => real.whoIs(surfer), { timeout: 10_000 }).toBeUndefined()
    expect(await real.whoIs(elsewhere.surfer)).toBeDefined()
  })
})
