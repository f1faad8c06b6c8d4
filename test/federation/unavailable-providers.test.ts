import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startAmongLiars } from '../support/federation.ts'
import { ADA } from '../support/harness.ts'
import { part } from '../support/jwt-part.ts'
import type { LyingProvider } from '../support/lying-provider.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const UNAVAILABLE = { status: 503, code: 'provider_unavailable' }
const REFUSED = { status: 401, code: 'provider_refused' }
const METADATA = '/.well-known/openid-configuration'

const SLOW: RequestListener = () => {}
const JSON_TYPE = { 'content-type': 'application/json' }
const answering =
  (status: number, body: string, headers = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body)

const FAULTS: [title: string, listener: RequestListener, discovery: object, others: object][] = [
  ['fails', answering(500, '{}'), UNAVAILABLE, UNAVAILABLE],
  ['is overloaded', answering(503, 'Busy', { 'content-type': 'text/plain' }), UNAVAILABLE, UNAVAILABLE],
  ['is huge', answering(200, `{"a":"${'a'.repeat(65_536)}"}`), UNAVAILABLE, UNAVAILABLE],
  ['redirects', answering(307, '{}', { location: '/elsewhere' }), UNAVAILABLE, UNAVAILABLE],
  ['hangs up', (_, response) => response.destroy(), UNAVAILABLE, UNAVAILABLE],
  ['is not found', answering(404, '{}'), REFUSED, REFUSED],
  ['is no JSON', answering(200, 'hello'), REFUSED, REFUSED],
  ['is a page', answering(200, '<!doctype html>', { 'content-type': 'text/html' }), REFUSED, REFUSED],
  ['is null', answering(200, 'null'), REFUSED, REFUSED],
  ['is an empty object', answering(200, '{}'), REFUSED, REFUSED],
  ['is an array', answering(200, '[]'), REFUSED, REFUSED],
]

let it: Awaited<ReturnType<typeof startAmongLiars>>
let corp: LyingProvider
beforeAll(async () => {
  const names = FAULTS.map((_, index) => `fault${index}`)
  it = await startAmongLiars(['corp', 'slow', 'evil', 'vague', ...names], {
    OIDC_DOWN_ISSUER: 'http://127.0.0.1:1',
    OIDC_DOWN_CLIENT_ID: 'latchkey',
    OIDC_DOWN_CLIENT_SECRET: 'secret',
    OIDC_HALF_CLIENT_ID: 'latchkey',
    OIDC_PLAIN_ISSUER: 'http://id.example.org',
    OIDC_PLAIN_CLIENT_ID: 'latchkey',
    OIDC_PLAIN_CLIENT_SECRET: 'secret',
    OIDC_APPLE_CLIENT_ID: 'latchkey',
    OIDC_APPLE_TEAM_ID: 'team',
    OIDC_APPLE_KEY_ID: 'key',
    OIDC_APPLE_PRIVATE_KEY: 'no key',
  })
  corp = provider('corp')
  await it.server.register()
})
afterAll(() => it?.close())

beforeEach(() => {
  for (const each of Object.values(it.providers)) each.become({ sub: 'ada', name: 'Ada', email_verified: true })
  corp.person.email = 'person@example.org'
})

function provider(name: string): LyingProvider {
  const found = it.providers[name]
  if (!found) throw new Error(`no provider ${name}`)
  return found
}

/** Signs a program in, as far as it comes. */
async function tryWith(name: string) {
  const surfer = new Surfer()
  surfer.headers = { accept: 'application/json' }
  const { response } = await surfer.go(`${it.server.url}/auth/oidc/${name}`)
  const { code } = await bodyOf<{ code?: string }>(response)
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
}

test.each(FAULTS.map(([title, listener, expected], index) => [title, listener, expected, `fault${index}`] as const))(
  'metadata that %s',
  async (_, listener, expected, name) => {
    provider(name).lies.endpoints[METADATA] = listener
    expect(await tryWith(name)).toMatchObject(expected)
    provider(name).lies.endpoints = {}
    expect((await tryWith(name)).status).toBe(200)
  },
)

describe.each(['/token', '/jwks', '/userinfo'])('%s', path => {
  test.each(FAULTS)('that %s', async (_, listener, __, expected) => {
    Object.assign(corp.person, { name: undefined })
    corp.lies.endpoints[path] = listener
    // For a key that is not known yet, the keys are read again.
    if (path === '/jwks') corp.lies.idToken = token => token.replace(/^[^.]*/, part({ alg: 'RS256', kid: 'unknown' }))
    expect(await tryWith('corp')).toMatchObject(expected)
    corp.become(corp.person)
    expect((await tryWith('corp')).status).toBe(200)
  })
})

test.each([
  ['the code', 400, 'invalid_grant'],
  ['this client', 401, 'invalid_client'],
  ['with an error nobody knows', 418, 'teapot'],
])('a provider that refuses %s', async (_, status, error) => {
  corp.lies.endpoints['/token'] = answering(status, JSON.stringify({ error }))
  expect(await tryWith('corp')).toMatchObject(REFUSED)
})

test('a provider that is slow is given up after 5 seconds, and others may sign in meanwhile', async () => {
  corp.lies.endpoints['/token'] = SLOW
  provider('slow').lies.endpoints[METADATA] = SLOW
  const start = performance.now()
  const waiting = Promise.all([tryWith('corp'), tryWith('slow')])
  expect((await it.signInByPassword(new Surfer(), ADA)).status).toBe(200)
  expect(performance.now() - start).toBeLessThan(4000)
  for (const each of await waiting) {
    expect(each).toMatchObject(UNAVAILABLE)
    expect(Number(each.retryAfter)).toBeGreaterThan(0)
  }
  expect(performance.now() - start).toBeLessThan(7000)
})

test('a provider that is down is 503, on a page and as JSON, and on its way out too', async () => {
  expect(await tryWith('down')).toMatchObject(UNAVAILABLE)
  expect((await it.signInWith(new Surfer(), 'down')).page).toBe('/sign-in?problem=provider_unavailable&provider=down')
  const body = new URLSearchParams({ logout_token: 'x' })
  const url = `${it.server.url}/auth/oidc/down/backchannel-logout`
  expect((await fetch(url, { method: 'POST', body })).status).toBe(503)
  const surfer = new Surfer()
  await it.signInByPassword(surfer)
  expect((await surfer.post(`${it.server.url}/auth/identities`, { provider: 'down' })).status).toBe(503)
})

test('10.5.3 metadata that name another issuer are refused', async () => {
  provider('evil').lies.metadata = body => Object.assign(body, { issuer: corp.url })
  expect(await tryWith('evil')).toMatchObject(REFUSED)
  provider('evil').lies.metadata = body => Object.assign(body, { issuer: `${provider('evil').url}/` })
  expect(await tryWith('evil')).toMatchObject(REFUSED)
})

test.each([
  { authorization_endpoint: undefined },
  { authorization_endpoint: 'javascript:alert(1)' },
  { authorization_endpoint: ['https://id.example.org'] },
  { token_endpoint: undefined },
  { token_endpoint: 'here' },
  { jwks_uri: undefined },
])('metadata with %j are refused', async change => {
  provider('vague').lies.metadata = body => Object.assign(body, change)
  expect(await tryWith('vague')).toMatchObject(REFUSED)
})

test('a logout token is not judged while the keys of the provider cannot be read', async () => {
  corp.lies.endpoints['/jwks'] = (_, response) => response.destroy()
  const claims = { aud: 'latchkey', jti: 'x', sub: 'ada' }
  const token = await corp.issuer.buildToken({ scopesOrTransform: (_, payload) => Object.assign(payload, claims) })
  const body = new URLSearchParams({ logout_token: token })
  const url = `${it.server.url}/auth/oidc/corp/backchannel-logout`
  expect((await fetch(url, { method: 'POST', body })).status).toBe(503)
})

test('providers that are badly configured are listed as not available, and are 503', async () => {
  const { items } = await bodyOf<{ items: { name: string; available: boolean }[] }>(
    await fetch(`${it.server.url}/auth/providers`),
  )
  const off = items.filter(({ available }) => !available).map(({ name }) => name)
  expect(off).toEqual(['apple', 'half', 'plain'])
  for (const name of off) expect(await tryWith(name)).toMatchObject(UNAVAILABLE)
})
