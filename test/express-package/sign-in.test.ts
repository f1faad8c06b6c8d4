import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { fetchByHttp } from '../support/by-http.ts'
import { SHOP_SECRET, startProtectedApp, startShop } from '../support/protected-app.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const ADA = {
  sub: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  email_verified: true,
  preferred_username: 'ada',
  groups: ['staff'],
  permissions: ['orders:read'],
}

let it: Awaited<ReturnType<typeof startShop>>
beforeAll(async () => {
  it = await startShop()
})
afterAll(() => it?.close())
beforeEach(() => {
  it.provider.account = ADA
  it.shop.errors.length = 0
})
afterEach(() => void vi.useRealTimers())

const browser = () => new Surfer(fetchByHttp)
const at = (path: string) => `${it.shop.url}${path}`

async function signedIn() {
  const surfer = browser()
  expect((await surfer.go(at('/private'))).response.status).toBe(200)
  return surfer
}

async function whoIs(surfer: Surfer) {
  return await bodyOf<{ id: string } | null>(await surfer.ask(at('/')))
}

/** Requests of the app to the login server while something is done. */
async function requestsOf(action: () => Promise<unknown>) {
  const spy = vi.spyOn(globalThis, 'fetch')
  await action()
  const urls = spy.mock.calls.map(([url]) => String(url)).filter(url => url.startsWith(it.provider.issuer))
  spy.mockRestore()
  return urls.map(url => new URL(url).pathname)
}

describe('a browser', () => {
  test('is sent to sign in and comes back to where it began, query included', async () => {
    const { at: end, response } = await browser().go(at('/private/orders?id=7&q=a%20b'))
    expect(end.href).toBe(at('/private/orders?id=7&q=a%20b'))
    expect(await bodyOf(response)).toEqual({
      id: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      emailVerified: true,
      username: 'ada',
      groups: ['staff'],
      permissions: ['orders:read'],
      via: 'session',
      scopes: [],
    })
  })

  test('may sign in in two tabs at once, and each ends where it began', async () => {
    const surfer = browser()
    const isProvider = (url: URL) => url.origin === it.provider.issuer
    const first = await surfer.go(at('/private/one'), isProvider)
    const second = await surfer.go(at('/private/two'), isProvider)
    expect((await surfer.go(second.at)).at.href).toBe(at('/private/two'))
    expect((await surfer.go(first.at)).at.href).toBe(at('/private/one'))
  })

  test('carries at most five sign-ins that it did not finish', async () => {
    const surfer = browser()
    for (let visit = 0; visit < 8; visit++) await surfer.ask(at('/private'))
    const { headers } = await surfer.ask(at('/private'))
    const cleared = headers.getSetCookie().filter(line => line.includes('Max-Age=0'))
    expect(cleared).toHaveLength(1)
  })

  test('sees a public page without signing in', async () => {
    const { at: end, response } = await browser().go(at('/'))
    expect({ end: end.href, user: await response.json() }).toEqual({ end: at('/'), user: null })
  })

  test('causes no request to the login server once it is signed in', async () => {
    const surfer = await signedIn()
    const asked = await requestsOf(async () => {
      for (let visit = 0; visit < 10; visit++) await surfer.ask(at('/private'))
    })
    expect(asked).toEqual([])
  })

  test('without the permission gets 403 instead of another sign-in', async () => {
    it.provider.account = { ...ADA, permissions: [] }
    const surfer = await signedIn()
    const response = await surfer.ask(at('/orders'))
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('orders:read')
    expect((await (await signedIn()).ask(at('/scoped'))).status).toBe(200)
  })

  test('keeps its page out of shared caches, and its cookie from scripts and other sites', async () => {
    const surfer = browser()
    const { response } = await surfer.go(at('/private'), url => url.pathname === '/auth/callback')
    const callback = new URL(response.headers.get('location') ?? '', at('/'))
    const answer = await surfer.ask(callback)
    const [cookie] = answer.headers.getSetCookie().filter(line => !line.includes('Max-Age'))
    expect(cookie).toMatch(/^latchkey-app-[0-9a-f]{8}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await surfer.ask(at('/private'))).headers.get('cache-control')).toBe('private, no-cache')
  })
})

describe('a program', () => {
  test.each([
    ['GET', {}],
    ['GET', { accept: 'application/json' }],
    ['GET', { accept: 'text/html', 'sec-fetch-mode': 'cors' }],
    ['POST', { accept: 'text/html', 'sec-fetch-mode': 'navigate' }],
    ['DELETE', { accept: 'text/html' }],
  ])('by %s with %o gets 401 and no redirect', async (method, headers) => {
    const response = await fetchByHttp(at('/private'), { method, headers: { accept: '*/*', ...headers } })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('reads why as problem details', async () => {
    const response = await fetch(at('/private'))
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await response.json()).toMatchObject({ status: 401, code: 'not_signed_in', type: 'about:blank' })
  })
})

describe('sign-out', () => {
  const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }

  test('ends the session here and leads to the login server with a way back', async () => {
    const surfer = await signedIn()
    const response = await surfer.ask(at('/auth/sign-out'), { method: 'POST', headers: own })
    expect(response.status).toBe(303)
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.origin).toBe(it.provider.issuer)
    expect(location.searchParams.get('post_logout_redirect_uri')).toBe(at('/'))
    expect(location.searchParams.get('id_token_hint')).toBeTruthy()
    expect(await whoIs(surfer)).toBeNull()
    const form = await (await surfer.ask(location)).text()
    const [, xsrf = ''] = /name="xsrf" value="(\w+)"/.exec(form) ?? []
    const confirmed = await surfer.ask(`${it.provider.issuer}/session/end/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ xsrf, logout: 'yes' }).toString(),
    })
    expect(confirmed.headers.get('location')).toBe(at('/'))
  })

  test('makes a copy of the cookie worthless', async () => {
    const surfer = await signedIn()
    const cookie = surfer.cookieHeader(it.shop.url)
    expect((await fetch(at('/private'), { headers: { cookie } })).status).toBe(200)
    await surfer.ask(at('/auth/sign-out'), { method: 'POST', headers: own })
    expect((await fetch(at('/private'), { headers: { cookie } })).status).toBe(401)
  })

  test('tells a script where to go', async () => {
    const surfer = await signedIn()
    const headers = { accept: 'application/json', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
    const response = await surfer.ask(at('/auth/sign-out'), { method: 'POST', headers })
    expect(new URL((await bodyOf<{ location: string }>(response)).location).origin).toBe(it.provider.issuer)
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('3.5.1 by another site (%o) is refused', async headers => {
    const surfer = await signedIn()
    expect((await surfer.ask(at('/auth/sign-out'), { method: 'POST', headers })).status).toBe(403)
    expect((await surfer.ask(at('/auth/sign-out'))).status).toBe(404)
    expect(await whoIs(surfer)).toMatchObject({ id: 'ada' })
  })
})

describe('a session that ended at the login server', () => {
  test('ends here with the next request, by back-channel logout', async () => {
    const surfer = await signedIn()
    const sid = it.sids.at(-1)
    const other = await signedIn()
    await it.endAtProvider(sid ?? '')
    expect(await whoIs(surfer)).toBeNull()
    expect(await whoIs(other)).toMatchObject({ id: 'ada' })
  })
})

test('the secret of a client must be long enough to encrypt cookies', async () => {
  await expect(startProtectedApp(it.provider.issuer, { clientSecret: SHOP_SECRET.slice(0, 31) })).rejects.toThrow(
    '32 characters',
  )
})
