import express from 'express'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EndedSessions } from '../../packages/express/src/ended-sessions.ts'
import { fetchByHttp } from '../support/by-http.ts'
import { startProtectedApp, startShop } from '../support/protected-app.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const ADA = { sub: 'ada', name: 'Ada', permissions: ['orders:read'] }
const START = Date.now()

let it: Awaited<ReturnType<typeof startShop>>
let refreshTokens: { destroy(): Promise<void> }[]
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await it?.close()
})

const at = (path: string) => `${it.shop.url}${path}`
const later = (seconds: number) => vi.setSystemTime(START + seconds * 1000)

async function openShop(...options: Parameters<typeof startShop>) {
  // oidc-provider warns that it keeps everything in memory.
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  it = await startShop(...options)
  it.provider.account = ADA
  refreshTokens = []
  it.oidc.on('refresh_token.saved', token => void refreshTokens.push(token))
}

async function signedIn() {
  const surfer = new Surfer(fetchByHttp)
  expect((await surfer.go(at('/private'))).response.status).toBe(200)
  return surfer
}

async function whoIs(surfer: Surfer) {
  return await bodyOf<{ permissions: string[] } | null>(await surfer.ask(at('/')))
}

/** Paths that the app asked the login server for while something was done. */
async function askedFor(action: () => Promise<unknown>) {
  const spy = vi.spyOn(globalThis, 'fetch')
  await action()
  const urls = spy.mock.calls.map(([url]) => String(url)).filter(url => url.startsWith(it.provider.issuer))
  spy.mockRestore()
  return urls.map(url => new URL(url).pathname)
}

describe('a session with a refresh token', () => {
  beforeEach(() => openShop())

  test('is checked once for many requests, and learns what its person may do now', async () => {
    const surfer = await signedIn()
    later(149)
    expect(await askedFor(() => whoIs(surfer))).toEqual([])
    later(151)
    it.provider.account = { ...ADA, permissions: [] }
    const stale = surfer.cookieHeader(it.shop.url)
    const headers = { cookie: stale }
    const asked = await askedFor(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => fetchByHttp(at('/'), { headers })))
      for (const answer of answers) expect(await answer.json()).toMatchObject({ permissions: [] })
    })
    expect(asked).toEqual(['/token', '/me'])
    // Requests that were under way still bring the cookie from before.
    expect(await askedFor(() => fetchByHttp(at('/'), { headers }))).toEqual([])
    expect(await whoIs(surfer)).toMatchObject({ permissions: [] })
    expect(surfer.cookieHeader(it.shop.url)).not.toBe(stale)
    expect(await askedFor(() => whoIs(surfer))).toEqual([])
    later(303)
    it.provider.account = ADA
    expect(await whoIs(surfer)).toMatchObject({ permissions: ['orders:read'] })
  })

  test('that ended at the login server ends here with the check, even if its message was lost', async () => {
    const surfer = await signedIn()
    const cookie = surfer.cookieHeader(it.shop.url)
    await Promise.all(refreshTokens.map(token => token.destroy()))
    later(151)
    expect(await whoIs(surfer)).toBeNull()
    expect(surfer.cookieHeader(it.shop.url)).toBe('')
    expect(await askedFor(() => fetchByHttp(at('/'), { headers: { cookie } }))).toEqual([])
    expect((await fetchByHttp(at('/private'), { headers: { cookie } })).status).toBe(401)
  })

  test('outlives a login server that is away for a moment, and no longer', async () => {
    const surfer = await signedIn()
    await it.provider.close()
    later(200)
    expect(await whoIs(surfer)).toMatchObject({ permissions: ['orders:read'] })
    expect(it.shop.errors).toHaveLength(1)
    later(301)
    const page = await surfer.ask(at('/private'))
    expect({ status: page.status, retry: page.headers.get('retry-after') }).toEqual({ status: 503, retry: '5' })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const program = await surfer.ask(at('/private'), { headers: { accept: 'application/json' } })
    expect(program.status).toBe(503)
    expect(await program.json()).toMatchObject({ code: 'login_server_unavailable' })
    expect(await whoIs(surfer)).toBeNull()
  })

  test('is over after maxAge, however often it was checked', async () => {
    const surfer = await signedIn()
    later(500)
    expect(await whoIs(surfer)).not.toBeNull()
    const cookie = surfer.cookieHeader(it.shop.url)
    later(86_401)
    expect((await fetchByHttp(at('/private'), { headers: { cookie } })).status).toBe(401)
  })

  test('is revoked at the login server when it is signed out here', async () => {
    const surfer = await signedIn()
    const revoked = new Promise(resolve => it.oidc.on('grant.revoked', resolve))
    await surfer.ask(at('/auth/sign-out'), { method: 'POST', headers: { origin: it.shop.url } })
    await revoked
  })
})

test('a session without a refresh token is confirmed by a round trip that shows nothing', async () => {
  await openShop()
  Object.assign((await it.oidc.Client.find('shop')) ?? {}, { grantTypes: ['authorization_code'] })
  const surfer = await signedIn()
  later(299)
  expect(await askedFor(() => whoIs(surfer))).toEqual([])
  later(301)
  expect((await surfer.ask(at('/private'), { headers: { accept: 'application/json' } })).status).toBe(401)
  const { at: end, response } = await surfer.go(at('/private?page=2'))
  expect({ end: end.href, status: response.status }).toEqual({ end: at('/private?page=2'), status: 200 })
})

describe('back-channel logout', () => {
  test('ends one session of a person and no other', async () => {
    await openShop()
    const first = await signedIn()
    const second = await signedIn()
    await it.endAtProvider(it.sids[0] ?? '')
    expect([await whoIs(first), await whoIs(second)]).toMatchObject([null, { permissions: ['orders:read'] }])
  })

  test('works behind a body parser too', async () => {
    await openShop()
    await signedIn()
    const token = await logoutTokenFor(it.sids[0] ?? '')
    const ended: unknown[] = []
    const onBackChannelLogout = (each: unknown) => ended.push(each)
    const behind = await startProtectedApp(it.provider.issuer, { onBackChannelLogout }, express.urlencoded())
    expect((await postLogout(behind.url, token)).status).toBe(200)
    expect(ended).toEqual([{ sub: 'ada', sid: it.sids[0] }])
    await behind.close()
  })

  test('is known to every process that shares a store, and lost to one that does not', async () => {
    const endedSessions = sharedStore()
    await openShop({ endedSessions })
    const surfer = await signedIn()
    const cookie = surfer.cookieHeader(it.shop.url)
    const second = await startProtectedApp(it.provider.issuer, { endedSessions })
    const alone = await startProtectedApp(it.provider.issuer)
    await it.endAtProvider(it.sids[0] ?? '')
    const who = async (url: string) => (await fetchByHttp(url, { headers: { cookie } })).json()
    expect([await who(it.shop.url), await who(second.url), await who(alone.url)]).toMatchObject([null, null, {}])
    await second.close()
    await alone.close()
  })

  test('cannot be checked against a store that is down: nobody is let in', async () => {
    const endedSessions = sharedStore()
    await openShop({ endedSessions })
    const surfer = await signedIn()
    endedSessions.find = () => Promise.reject(new Error('the store is down'))
    expect(await whoIs(surfer)).toBeNull()
    expect((await surfer.ask(at('/private'))).status).toBe(503)
    endedSessions.end = endedSessions.find as unknown as EndedSessions['end']
    expect((await postLogout(it.shop.url, await logoutTokenFor('any'))).status).toBe(503)
  })
})

describe('a logout token', () => {
  let token: string
  let surfer: Surfer
  beforeEach(async () => {
    await openShop()
    surfer = await signedIn()
    token = await logoutTokenFor(it.sids[0] ?? '')
  })

  test('ends a session once; a replay is refused', async () => {
    expect((await postLogout(it.shop.url, token)).status).toBe(200)
    expect(await whoIs(surfer)).toBeNull()
    expect((await postLogout(it.shop.url, token)).status).toBe(400)
  })

  test('is refused once it is old', async () => {
    later(140)
    expect((await postLogout(it.shop.url, token)).status).toBe(400)
    expect(await whoIs(surfer)).not.toBeNull()
  })

  test('is refused where it is an ID token', async () => {
    const idToken = await idTokenOf(surfer)
    expect((await postLogout(it.shop.url, idToken)).status).toBe(400)
    expect(await whoIs(surfer)).not.toBeNull()
  })

  test('is refused if it is changed, missing, sent twice or not a form', async () => {
    const [header, payload, signature] = token.split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    for (const wrong of ['', 'x', `${none}.${payload}.`, `${header}.${payload}.${signature?.replace(/^./, '_')}`])
      expect((await postLogout(it.shop.url, wrong)).status).toBe(400)
    const twice = `logout_token=${token}&logout_token=${token}`
    expect((await postForm(it.shop.url, twice)).status).toBe(400)
    expect((await postForm(it.shop.url, `logout_token=${token}`, 'text/plain')).status).toBe(400)
    expect((await postForm(it.shop.url, 'x'.repeat(20_000))).status).toBe(400)
    expect(await whoIs(surfer)).not.toBeNull()
  })

  test('for another client is refused', async () => {
    const other = await startProtectedApp(it.provider.issuer, { clientId: 'other' })
    expect((await postLogout(other.url, token)).status).toBe(400)
    await other.close()
  })
})

test('a logout token without a session ends the sessions of its person, and none that begins later', async () => {
  await openShop()
  Object.assign((await it.oidc.Client.find('shop')) ?? {}, { backchannelLogoutSessionRequired: false })
  const surfer = await signedIn()
  later(2)
  await it.endAtProvider(it.sids[0] ?? '')
  expect(await whoIs(surfer)).toBeNull()
  later(4)
  expect(await whoIs(await signedIn())).not.toBeNull()
})

/** What the provider would send to the app. */
async function logoutTokenFor(sid: string): Promise<string> {
  const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null))
  await it.endAtProvider(sid)
  const body = String(spy.mock.calls[0]?.[1]?.body)
  spy.mockRestore()
  return new URLSearchParams(body).get('logout_token') ?? ''
}

function postLogout(url: string, token: string) {
  return postForm(url, `logout_token=${encodeURIComponent(token)}`)
}

function postForm(url: string, body: string, type = 'application/x-www-form-urlencoded') {
  return fetchByHttp(`${url}/auth/backchannel-logout`, { method: 'POST', headers: { 'content-type': type }, body })
}

/** The ID token that a session holds, as sign-out hands it over. */
async function idTokenOf(surfer: Surfer) {
  const copy = await startProtectedApp(it.provider.issuer)
  const headers = { cookie: surfer.cookieHeader(it.shop.url) }
  const response = await fetchByHttp(`${copy.url}/auth/sign-out`, { method: 'POST', headers })
  await copy.close()
  const { location } = await bodyOf<{ location: string }>(response)
  return new URL(location).searchParams.get('id_token_hint') ?? ''
}

/** As Redis would be one: it answers later, and with text. */
function sharedStore(): EndedSessions {
  const entries = new Map<string, string>()
  return {
    end: (key, issuedUntil) => Promise.resolve(entries.set(key, String(issuedUntil))),
    find: keys => Promise.resolve(keys.map(key => entries.get(key) ?? null)),
  }
}
