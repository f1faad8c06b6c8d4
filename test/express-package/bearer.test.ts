import { once } from 'node:events'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { part } from '../support/jwt-part.ts'
import { closeServers, serve } from '../support/plain-server.ts'
import { startProtectedApp } from '../support/protected-app.ts'

const AUDIENCE = 'https://orders.example'
const { privateKey, publicKey } = await generateKeyPair('RS256')
const { privateKey: evil } = await generateKeyPair('RS256')

let issuer: string
let asked: string[]
let shop: Awaited<ReturnType<typeof startProtectedApp>>
beforeAll(async () => {
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256' }]
  issuer = await serve((req, res) => {
    asked.push(req.url ?? '')
    const metadata = { issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/auth` }
    const body = req.url === '/jwks' ? { keys } : metadata
    res.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  asked = []
  shop = await startProtectedApp(issuer, { audience: AUDIENCE })
})
afterAll(async () => {
  await shop?.close()
  await closeServers()
})
beforeEach(() => {
  asked = []
})
afterEach(() => void vi.useRealTimers())

type Header = { alg?: string; typ?: string; kid?: string }

function tokenWith(claims: JWTPayload = {}, { typ = 'at+jwt', ...header }: Header = {}, key = privateKey) {
  const usual = { iss: issuer, aud: AUDIENCE, sub: 'robot', permissions: ['orders:read'], scope: 'orders other' }
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'first', typ, ...header })
    .setIssuedAt(claims.iat)
    .setExpirationTime(claims.exp ?? '5 min')
    .sign(key)
}

function ask(path: string, token: string, headers: Record<string, string> = {}) {
  return fetch(`${shop.url}${path}`, { headers: { ...headers, authorization: `Bearer ${token}` } })
}

test('a bearer token signs a program in, without a request for each', async () => {
  const token = await tokenWith()
  const response = await ask('/private', token)
  expect(await response.json()).toMatchObject({ id: 'robot', via: 'token', scopes: ['orders', 'other'] })
  asked = []
  for (let request = 0; request < 10; request++) expect((await ask('/orders', token)).status).toBe(200)
  expect(asked).toEqual([])
})

test('a token without the permission or the scope gets 403', async () => {
  expect((await ask('/orders', await tokenWith({ permissions: [] }))).status).toBe(403)
  const response = await ask('/scoped', await tokenWith({ scope: 'other' }))
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="orders"')
  expect((await ask('/scoped', await tokenWith())).status).toBe(200)
})

describe('refused is a token', () => {
  const past = Math.floor(Date.now() / 1000) - 60

  test.each<[title: string, token: () => string | Promise<string>]>([
    ['of another issuer', () => tokenWith({ iss: 'https://evil.example' })],
    ['for another audience', () => tokenWith({ aud: 'https://other.example' })],
    ['for the client, as an ID token is', () => tokenWith({ aud: 'shop' })],
    ['that expired', () => tokenWith({ exp: past })],
    ['without a subject', () => tokenWith({ sub: undefined } as unknown as JWTPayload)],
    ['of another type', () => tokenWith({}, { typ: 'JWT' })],
    ['that is a logout token', () => tokenWith({}, { typ: 'logout+jwt' })],
    ['signed by another key', () => tokenWith({}, {}, evil)],
    ['signed by a key that nobody published', () => tokenWith({}, { kid: 'second' }, evil)],
    ['that is not signed', async () => `${part({ alg: 'none', typ: 'at+jwt' })}.${(await tokenWith()).split('.')[1]}.`],
    ['that is none', () => 'token'],
    ['that is empty', () => ''],
    ['that is very long', () => 'x'.repeat(9000)],
  ])('%s', async (_, token) => {
    const response = await ask('/private', await token(), { accept: 'text/html', 'sec-fetch-mode': 'navigate' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect((await ask('/', await token())).status).toBe(200)
  })

  test('where the app names no audience', async () => {
    const other = await startProtectedApp(issuer)
    const headers = { authorization: `Bearer ${await tokenWith()}` }
    expect((await fetch(`${other.url}/private`, { headers })).status).toBe(401)
    await other.close()
  })

  test('of a session that ended', async () => {
    const token = await tokenWith({ sid: 'session-1' })
    expect((await ask('/private', token)).status).toBe(200)
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    const logout = await tokenWith({ aud: 'shop', sid: 'session-1', jti: '1', events }, { typ: 'logout+jwt' })
    const body = new URLSearchParams({ logout_token: logout })
    expect((await fetch(`${shop.url}/auth/backchannel-logout`, { method: 'POST', body })).status).toBe(200)
    expect((await ask('/private', token)).status).toBe(401)
    expect((await ask('/private', await tokenWith({ sid: 'session-2' }))).status).toBe(200)
  })
})

describe('a login server that is not there', () => {
  test('does not keep the app from starting; it is asked once for all who wait, and again after a pause', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let isUp = false
    let requests = 0
    const server = createServer((req, res) => {
      requests++
      if (!isUp) return req.socket.destroy()
      const url = `http://127.0.0.1:${port}`
      res.setHeader('content-type', 'application/json')
      return res.end(JSON.stringify({ issuer: url, authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/t` }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const app = await startProtectedApp(`http://127.0.0.1:${port}`)
    const get = () => fetch(`${app.url}/auth/sign-in`, { redirect: 'manual' })
    const answers = await Promise.all(Array.from({ length: 10 }, get))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(answers[0]?.headers.get('retry-after')).toBe('5')
    expect(await answers[0]?.json()).toMatchObject({ code: 'login_server_unavailable' })
    expect((await fetch(`${app.url}/`)).status).toBe(200)
    expect(requests).toBe(1)
    isUp = true
    expect((await get()).status).toBe(503)
    vi.setSystemTime(Date.now() + 5001)
    expect((await get()).status).toBe(302)
    await app.close()
    server.close()
  })
})

describe('options', () => {
  test.each([
    [{ issuer: 'http://login.example.org/oidc' }, 'issuer must be https'],
    [{ issuer: 'login.example.org' }, 'issuer is not a URL'],
    [{ clientId: '' }, 'clientId is missing'],
    [{ clientSecret: '' }, 'clientSecret is missing'],
    [{ clientSecret: 'short' }, '32 characters'],
    [{ secret: ['x'.repeat(32), 'short'] }, '32 characters'],
    [{ secret: [] }, '32 characters'],
    [{ baseUrl: 'https://shop.example.org/path' }, 'baseUrl must be an origin'],
    [{ baseUrl: 'javascript:alert(1)' }, 'baseUrl must be an origin'],
    [{ paths: { callback: '//evil.example' } }, 'is not a path'],
    [{ afterSignOut: 'https://evil.example' }, 'is not a path'],
    [{ recheckAfter: 0 }, 'positive'],
    [{ audience: '' }, 'audience'],
  ])('%o are refused at start', async (options, message) => {
    await expect(startProtectedApp('https://login.example.org/oidc', options)).rejects.toThrow(message)
  })
})
