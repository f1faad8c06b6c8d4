import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fetchByHttp } from '../support/by-http.ts'
import { part } from '../support/jwt-part.ts'
import { type Claims, type LyingProvider, startLyingProvider } from '../support/lying-provider.ts'
import { closeServers } from '../support/plain-server.ts'
import { SHOP_SECRET, startProtectedApp } from '../support/protected-app.ts'
import { Surfer } from '../support/surfer.ts'

const NOW = () => Math.floor(Date.now() / 1000)

let provider: LyingProvider
let shop: Awaited<ReturnType<typeof startProtectedApp>>
beforeAll(async () => {
  provider = await startLyingProvider()
  shop = await startProtectedApp(provider.url)
})
afterAll(async () => {
  await shop?.close()
  await closeServers()
})
beforeEach(() => {
  provider.become({ sub: 'ada', name: 'Ada', permissions: [] })
  shop.errors.length = 0
})

const at = (path: string) => `${shop.url}${path}`
const browser = () => new Surfer(fetchByHttp)
const isCallback = (url: URL) => url.pathname === '/auth/callback'
const whoIs = async (surfer: Surfer) => (await surfer.ask(at('/'))).json()

async function signIn(surfer = browser()) {
  const { at: end, response } = await surfer.go(at('/private'))
  return { surfer, end, status: response.status, text: await response.text(), response }
}

async function expectRefused() {
  const { surfer, end, status, text } = await signIn()
  expect({ path: end.pathname, status, who: await whoIs(surfer) }).toEqual({
    path: '/auth/callback',
    status: 400,
    who: null,
  })
  expect(text).toContain('did not confirm this sign-in')
  expect(shop.errors).toHaveLength(1)
}

test('an honest answer signs in', async () => {
  const { surfer, end } = await signIn()
  expect({ end: end.href, who: await whoIs(surfer) }).toMatchObject({ end: at('/private'), who: { id: 'ada' } })
})

describe('an ID token', () => {
  const payloads: [title: string, claims: (payload: Claims) => void][] = [
    ['10.5.3 of another issuer', payload => Object.assign(payload, { iss: 'https://evil.example' })],
    ['10.5.4 for another client', payload => Object.assign(payload, { aud: 'other' })],
    ['10.5.4 for nobody', payload => Object.assign(payload, { aud: undefined })],
    ['10.5.4 issued to another client', payload => Object.assign(payload, { aud: ['shop', 'other'], azp: 'other' })],
    ['10.5.4 for two clients, issued to nobody', payload => Object.assign(payload, { aud: ['shop', 'other'] })],
    ['10.5.1 with the nonce of another sign-in', payload => Object.assign(payload, { nonce: 'x'.repeat(43) })],
    ['10.5.1 without a nonce, as a logout token is', payload => Object.assign(payload, { nonce: undefined })],
    ['9.2.1 that expired', payload => Object.assign(payload, { exp: NOW() - 60 })],
    ['9.2.1 without an expiry', payload => Object.assign(payload, { exp: undefined })],
    ['10.5.2 without a subject', payload => Object.assign(payload, { sub: undefined })],
  ]

  test.each(payloads)('%s is refused', async (_, claims) => {
    provider.lies.claims = claims
    await expectRefused()
  })

  const evil = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const tokens: [title: string, forge: (token: string) => unknown][] = [
    ['that is not signed', token => `${part({ alg: 'none' })}.${payloadOf(token)}.`],
    ['without its signature', token => token.replace(/[^.]*$/, '')],
    ['signed by another key of the same name', token => signedBy(evil, token)],
    ['signed by a key that it brings along', token => signedBy(evil, token, { jwk: publicOf(evil) })],
    ['signed with the public key as shared secret', token => signedWith(publicPem(), token)],
    ['signed with the secret of the client', token => signedWith(SHOP_SECRET, token)],
    ['that is no token', () => 'token'],
    ['that is missing', () => undefined],
  ]

  test.each(tokens)('9.1.1 9.1.2 %s is refused', async (_, forge) => {
    provider.lies.idToken = forge
    await expectRefused()
  })
})

describe('userinfo', () => {
  beforeEach(() => {
    provider.lies.claims = payload => Object.assign(payload, { permissions: undefined, name: undefined })
  })

  test('is read where the ID token does not name permissions', async () => {
    provider.lies.userinfo = body => Object.assign(body, { permissions: ['orders:read'] })
    const { surfer } = await signIn()
    expect(await whoIs(surfer)).toMatchObject({ name: 'Ada', permissions: ['orders:read'] })
  })

  test('10.5.2 about another person is refused', async () => {
    provider.lies.userinfo = body => Object.assign(body, { sub: 'bob' })
    await expectRefused()
  })
})

describe('an answer', () => {
  async function callbackUrl(surfer: Surfer) {
    return (await surfer.go(at('/private'), isCallback)).at
  }

  async function expectUnknown(surfer: Surfer, url: URL | string) {
    const response = await surfer.ask(url)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('was not started in this browser')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await whoIs(surfer)).toBeNull()
  }

  test('without state is refused', async () => {
    const surfer = browser()
    const url = await callbackUrl(surfer)
    url.searchParams.delete('state')
    await expectUnknown(surfer, url)
  })

  test('with two states is refused', async () => {
    const surfer = browser()
    const url = await callbackUrl(surfer)
    url.searchParams.append('state', 'x'.repeat(43))
    await expectUnknown(surfer, url)
  })

  test('10.2.1 to a sign-in of another browser is refused', async () => {
    const attackers = await callbackUrl(browser())
    await expectUnknown(browser(), attackers)
  })

  test('10.2.1 with the cookie of another sign-in under its name is refused', async () => {
    const surfer = browser()
    const first = await callbackUrl(surfer)
    const [pair = ''] = surfer.cookieHeader(shop.url).split('; ')
    const other = browser()
    const second = await callbackUrl(other)
    const name = pair.slice(0, pair.indexOf('.') + 1) + (second.searchParams.get('state') ?? '').slice(0, 16)
    const cookie = `${name}=${pair.slice(pair.indexOf('=') + 1)}`
    const response = await fetchByHttp(second, { headers: { accept: 'text/html', cookie } })
    expect(response.status).toBe(400)
    expect(first.searchParams.get('state')).not.toBe(second.searchParams.get('state'))
  })

  test('that comes twice is refused the second time', async () => {
    const surfer = browser()
    const url = await callbackUrl(surfer)
    expect((await surfer.ask(url)).status).toBe(303)
    const { response } = await surfer.go(url)
    expect(response.status).toBe(400)
  })

  test('10.4.7 with the code of another sign-in is refused by the verifier of its own', async () => {
    const victims = await callbackUrl(browser())
    const surfer = browser()
    const url = await callbackUrl(surfer)
    url.searchParams.set('code', victims.searchParams.get('code') ?? '')
    const { response } = await surfer.go(url)
    expect(response.status).toBe(400)
    expect(await whoIs(surfer)).toBeNull()
  })

  test.each([
    ['access_denied', 'was cancelled or refused'],
    ['login_required', '(login_required)'],
    ['<img src=x onerror=alert(1)>', '(unknown)'],
    ['a'.repeat(60), '(unknown)'],
  ])('with the error %s is shown as a page that runs nothing', async (error, text) => {
    const surfer = browser()
    const url = await callbackUrl(surfer)
    url.search = new URLSearchParams({
      state: url.searchParams.get('state') ?? '',
      error,
      error_description: '<script>alert(1)</script>Call +1 555 0100',
    }).toString()
    const response = await surfer.ask(url)
    const page = await response.text()
    expect(response.status).toBe(400)
    expect(page).toContain(text)
    expect(page).not.toMatch(/<(script|img)|555/)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page).toContain('href="/auth/sign-in?returnTo=%2Fprivate"')
  })
})

describe('the way back', () => {
  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%0d%0aSet-Cookie:a=b/..//evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n/evil.example',
    '@evil.example',
    '.evil.example',
    '',
    `/${'a'.repeat(3000)}`,
  ])('never leads to %j', async path => {
    const surfer = browser()
    const { at: callback } = await surfer.go(at(`/auth/sign-in?returnTo=${encodeURIComponent(path)}`), isCallback)
    const response = await surfer.ask(callback)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
  })

  test.each([
    ['/orders?page=2', '/orders?page=2'],
    ['/a\r\nSet-Cookie: a=b', '/aSet-Cookie:%20a=b'],
    ['/ä', '/%C3%A4'],
    ['/x#fragment', '/x'],
  ])('keeps %j on this site', async (path, location) => {
    const surfer = browser()
    const { at: callback } = await surfer.go(at(`/auth/sign-in?returnTo=${encodeURIComponent(path)}`), isCallback)
    const response = await surfer.ask(callback)
    expect(response.headers.get('location')).toBe(location)
    expect(response.headers.getSetCookie().some(line => line.startsWith('a='))).toBe(false)
  })

  test('is not chosen by a path that a browser reads as another host', async () => {
    const { response } = await browser().go(`${shop.url}//evil.example/private`)
    expect(response.status).toBe(404)
  })
})

describe('a cookie', () => {
  async function sessionCookie() {
    const { surfer } = await signIn()
    const cookie = surfer.cookieHeader(shop.url)
    const at = cookie.indexOf('=')
    return { name: cookie.slice(0, at), value: cookie.slice(at + 1) }
  }

  const whoIsWith = async (cookie: string, url = shop.url) => (await fetch(url, { headers: { cookie } })).json()

  test('that was changed anywhere signs nobody in', async () => {
    const { name, value } = await sessionCookie()
    expect(await whoIsWith(`${name}=${value}`)).toMatchObject({ id: 'ada' })
    for (let index = 0; index < value.length; index += 97) {
      const changed = value.slice(0, index) + (value[index] === 'A' ? 'B' : 'A') + value.slice(index + 1)
      expect(await whoIsWith(`${name}=${changed}`), `position ${index}`).toBeNull()
    }
  })

  test.each(['', 'x', 'a.b.c.d.e', 'x'.repeat(5000), '%00'])('with the value %j signs nobody in', async value => {
    const { name } = await sessionCookie()
    expect(await whoIsWith(`${name}=${value}`)).toBeNull()
  })

  test('of a sign-in is no session', async () => {
    const { name } = await sessionCookie()
    const surfer = browser()
    await surfer.ask(at('/private'))
    const value = surfer.cookieHeader(shop.url).split('=')[1]
    expect(await whoIsWith(`${name}=${value}`)).toBeNull()
  })

  test('of another client, issuer or secret signs nobody in', async () => {
    const { value } = await sessionCookie()
    const others = [
      { clientId: 'other', secret: SHOP_SECRET },
      { issuer: 'http://127.0.0.1:9', secret: SHOP_SECRET },
      { secret: 'another secret that is long enough for a cookie' },
    ]
    for (const options of others) {
      const other = await startProtectedApp(provider.url, options)
      const { name } = await nameAt(other.url)
      expect(await whoIsWith(`${name}=${value}`, other.url)).toBeNull()
      await other.close()
    }
  })

  test('is read by a second process with the same options, and by the next secret after the first', async () => {
    const { name, value } = await sessionCookie()
    const next = await startProtectedApp(provider.url, { secret: ['n'.repeat(32), SHOP_SECRET] })
    expect(await whoIsWith(`${name}=${value}`, next.url)).toMatchObject({ id: 'ada' })
    await next.close()
  })

  /** A name can be had without the login server, by a sign-in that it cannot finish. */
  async function nameAt(url: string) {
    const response = await fetchByHttp(`${url}/auth/sign-in`, { headers: { accept: 'text/html' } })
    const [line] = response.headers.getSetCookie()
    return { name: line?.split('.')[0] ?? 'latchkey-app-00000000' }
  }

  test('that no browser would keep is not set: the person is told', async () => {
    const permissions = Array.from({ length: 400 }, (_, index) => `permission:${index}`)
    provider.become({ sub: 'ada', permissions })
    const { surfer, status, text } = await signIn()
    expect({ status, who: await whoIs(surfer) }).toEqual({ status: 500, who: null })
    expect(text).toContain('more roles and permissions')
  })

  test('leaves out what sign-out can do without, where it would be too large', async () => {
    const permissions = Array.from({ length: 50 }, (_, index) => `permission-with-a-name:${index}`)
    provider.become({ sub: 'ada', permissions })
    const { surfer } = await signIn()
    expect(await whoIs(surfer)).toMatchObject({ permissions })
  })
})

test('a Host header that is no host is refused', async () => {
  for (const host of ['evil.example/x', 'a b', 'a@b', '"'])
    expect((await fetchByHttp(at('/'), { headers: { host, accept: 'text/html' } })).status, host).toBe(400)
})

test('over https, cookies are Secure and have the prefix that no sibling can set', async () => {
  const secure = await startProtectedApp(provider.url, { baseUrl: 'https://shop.example.org' })
  const response = await fetchByHttp(`${secure.url}/private`, {
    headers: { accept: 'text/html', host: 'evil.example' },
  })
  const [cookie] = response.headers.getSetCookie()
  expect(cookie).toMatch(/^__Host-latchkey-app-.+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/)
  const redirectUri = new URL(response.headers.get('location') ?? '').searchParams.get('redirect_uri')
  expect(redirectUri).toBe('https://shop.example.org/auth/callback')
  await secure.close()
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

function publicOf(key: KeyObject) {
  return createPublicKey(key).export({ format: 'jwk' })
}

function publicPem() {
  const [key = {}] = provider.issuer.keys.toJSON()
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
