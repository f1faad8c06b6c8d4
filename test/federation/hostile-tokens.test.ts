import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Identity } from '../../models/identity.ts'
import { startAmongLiars } from '../support/federation.ts'
import { part } from '../support/jwt-part.ts'
import { CLIENT_SECRET, type Claims, type LyingProvider } from '../support/lying-provider.ts'

const REFUSED = '/sign-in?problem=provider_refused&provider=corp'
const NOW = () => Math.floor(Date.now() / 1000)

let it: Awaited<ReturnType<typeof startAmongLiars<'corp'>>>
let corp: LyingProvider
beforeAll(async () => {
  it = await startAmongLiars(['corp'])
  corp = it.providers.corp
})
afterAll(() => it?.close())

let number = 0
beforeEach(() => {
  number++
  const email = `person${number}@example.org`
  corp.become({ sub: `sub-${number}`, email, email_verified: true, name: 'Ada' })
})

async function expectRefused() {
  const { page, who } = await it.signInWith()
  expect({ page, who }).toEqual({ page: REFUSED, who: undefined })
  expect(await Identity.count({ where: { subject: `sub-${number}` } })).toBe(0)
}

test('an honest provider signs in', async () => {
  expect((await it.signInWith()).who?.user.email).toBe(corp.person.email)
})

const PAYLOADS: [title: string, claims: (payload: Claims) => void][] = [
  ['10.5.3 of another issuer', payload => Object.assign(payload, { iss: 'https://evil.example' })],
  ['10.5.3 of an issuer with one more slash', payload => Object.assign(payload, { iss: `${payload.iss}/` })],
  ['10.5.4 for another client', payload => Object.assign(payload, { aud: 'other' })],
  ['10.5.4 for nobody', payload => Object.assign(payload, { aud: undefined })],
  ['10.5.4 for a list without this client', payload => Object.assign(payload, { aud: ['other', 'third'] })],
  [
    '10.5.4 for a list, issued to another client',
    payload => Object.assign(payload, { aud: ['latchkey', 'other'], azp: 'other' }),
  ],
  [
    '10.5.4 for a list, issued to nobody in particular',
    payload => Object.assign(payload, { aud: ['latchkey', 'other'] }),
  ],
  ['10.5.4 issued to another client', payload => Object.assign(payload, { azp: 'other' })],
  ['10.5.1 with the nonce of another sign-in', payload => Object.assign(payload, { nonce: 'x'.repeat(43) })],
  ['10.5.1 without a nonce', payload => Object.assign(payload, { nonce: undefined })],
  ['9.2.1 that expired', payload => Object.assign(payload, { exp: NOW() - 60 })],
  ['9.2.1 without an expiry', payload => Object.assign(payload, { exp: undefined })],
  ['9.2.1 that does not hold yet', payload => Object.assign(payload, { nbf: NOW() + 600 })],
  ['9.2.1 that was issued in the future', payload => Object.assign(payload, { iat: NOW() + 600 })],
  ['9.2.1 without a time of issue', payload => Object.assign(payload, { iat: undefined })],
  ['10.5.2 without a subject', payload => Object.assign(payload, { sub: undefined })],
  ['10.5.2 with an empty subject', payload => Object.assign(payload, { sub: '' })],
  ['10.5.2 with a number as subject', payload => Object.assign(payload, { sub: 17 })],
  ['10.5.2 with a subject of 256 characters', payload => Object.assign(payload, { sub: 'a'.repeat(256) })],
  ['10.5.2 with NUL in the subject', payload => Object.assign(payload, { sub: 'a\0b' })],
]

test.each(PAYLOADS)('an ID token %s is refused', async (_, claims) => {
  corp.lies.claims = claims
  await expectRefused()
})

const EVIL = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const SIGNATURES: [title: string, resign: (token: string) => unknown][] = [
  ['that is not signed', token => `${part({ alg: 'none' })}.${payloadOf(token)}.`],
  ['that is not signed, in capitals', token => `${part({ alg: 'NONE' })}.${payloadOf(token)}.`],
  ['without its signature', token => token.replace(/[^.]*$/, '')],
  ['with a signature of zeros', token => token.replace(/[^.]*$/, Buffer.alloc(256).toString('base64url'))],
  ['signed by another key of the same name', token => signedBy(EVIL, token)],
  ['signed by a key that it brings along', token => signedBy(EVIL, token, { jwk: publicOf(EVIL) })],
  ['signed with the public key as shared secret', token => signedWith(publicPem(), token)],
  ['signed with the secret of the client', token => signedWith(CLIENT_SECRET, token)],
  ['changed after it was signed', token => tampered(token)],
  ['with a header that demands an unknown extension', token => signedBy(EVIL, token, { crit: ['x'], x: 1 })],
  ['that is encrypted to nobody', () => 'a.b.c.d.e'],
  ['that is no token', () => 'token'],
  ['that is a number', () => 17],
  ['that is missing', () => undefined],
]

test.each(SIGNATURES)('6.8.2 9.1.1 9.1.2 an ID token %s is refused', async (_, resign) => {
  corp.lies.idToken = resign
  await expectRefused()
})

describe('keys', () => {
  test('that were replaced while the person was at the provider are read again', async () => {
    await it.signInWith()
    const next = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    corp.lies.endpoints['/jwks'] = (_, response) => {
      const keys = [{ ...publicOf(next), kid: 'second', alg: 'RS256', use: 'sig' }]
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
    }
    corp.lies.idToken = token => signedBy(next, token, { kid: 'second' })
    expect((await it.signInWith()).who?.user.email).toBe(corp.person.email)
    corp.lies.idToken = token => token
    expect((await it.signInWith()).page).toBe(REFUSED)
    corp.lies.endpoints = {}
    expect((await it.signInWith()).who?.user.email).toBe(corp.person.email)
  })

  test.each([
    ['for encryption', { use: 'enc' }],
    ['of another algorithm', { alg: 'RS512' }],
    ['that may not verify', { key_ops: ['encrypt'] }],
  ])('9.1.3 a key %s verifies nothing', async (_, change) => {
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    corp.lies.endpoints['/jwks'] = (_, response) => {
      const keys = [{ ...publicOf(own), kid: `key-${number}`, ...change }]
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
    }
    corp.lies.idToken = token => signedBy(own, token, { kid: `key-${number}` })
    await expectRefused()
  })
})

describe('userinfo', () => {
  beforeEach(() => {
    corp.lies.claims = payload => Object.assign(payload, { email: undefined, email_verified: undefined })
  })

  test('is read where the ID token lacks the address', async () => {
    expect((await it.signInWith()).who?.user).toMatchObject({ email: corp.person.email, emailVerified: true })
  })

  test.each([
    ['another person', { sub: 'sub-of-another' }],
    ['nobody', { sub: undefined }],
  ])('10.5.2 about %s is refused', async (_, change) => {
    corp.lies.userinfo = body => Object.assign(body, change)
    await expectRefused()
  })

  test('verifies no address that only the ID token names', async () => {
    corp.lies.claims = payload => Object.assign(payload, { name: undefined, email_verified: undefined })
    corp.lies.userinfo = body => Object.assign(body, { email: 'another@example.org', name: 'Ada' })
    expect((await it.signInWith()).page).toBe('/sign-in?problem=identity_undecided&provider=corp')
  })
})

function payloadOf(token: string) {
  return token.split('.')[1] ?? ''
}

/** The same payload with another signature. */
function signedBy(key: KeyObject, token: string, header: object = {}) {
  const content = `${part({ alg: 'RS256', kid: 'first', ...header })}.${payloadOf(token)}`
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`
}

function signedWith(secret: string, token: string) {
  const content = `${part({ alg: 'HS256', kid: 'first' })}.${payloadOf(token)}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

function tampered(token: string) {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${part({ ...claims, email: 'admin@example.org' })}.${signature}`
}

function publicOf(key: KeyObject) {
  return createPublicKey(key).export({ format: 'jwk' })
}

function publicPem() {
  const [key = {}] = corp.issuer.keys.toJSON()
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
