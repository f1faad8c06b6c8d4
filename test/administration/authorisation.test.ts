import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { disableUser } from '../../src/administration/administer.ts'
import { createApp, endpointsOf } from '../../src/app.ts'
import { type Endpoint, endpoint } from '../../src/http/endpoint.ts'
import { BEARER_ENDPOINTS, BEARERS, ENDPOINTS, PAGES, PRINCIPALS } from '../support/authorisation-matrix.ts'
import { accessToken, asBearer, everyScope, makeAdmin, personalToken } from '../support/bearer.ts'
import { enrolTotp } from '../support/enrol.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mountedRoutes } from '../support/mounted-routes.ts'
import { head, sendRaw } from '../support/raw-http.ts'

const TWO_FACTORS = { ...ADA, email: 'careful@example.org' }
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'
/** Names nothing that there is. */
function filled(template: string) {
  return template
    .replaceAll(/{(id|sessionId|identityId|passkeyId|secretId)}/g, UNKNOWN_ID)
    .replace('{name}', 'unknown-role')
    .replace('{tokenId}', 'unknown')
    .replace('{provider}', 'unknown')
}

const MATRIX = { ...ENDPOINTS, ...PAGES }

let server: TestServer
let endpoints: Endpoint[] = []
beforeAll(async () => {
  server = await startServer({ SIGN_IN_WITH: 'password,passkey,email' })
  const { index, api, oidc, auth } = endpointsOf(server.deps)
  endpoints = [...index, ...api, ...oidc, ...auth]
  await server.register()
  await server.register(BOB)
  await makeAdmin(BOB)
  await server.register(TWO_FACTORS)
  await enrolTotp((await server.signIn(TWO_FACTORS)).browser)
})
afterAll(() => server.close())

async function documented() {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
  )
}

/** An endpoint answers nothing that its declaration, and so the OpenAPI document, does not have. */
async function demandDeclared(route: string, answer: Response) {
  const declared = endpoints.find(
    ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}` === route,
  )
  const response = declared?.responses[answer.status]
  expect(response, `${route} ${answer.status} is declared`).toBeDefined()
  const isJson = /[/+]json/.test(answer.headers.get('Content-Type') ?? '')
  if (response?.schema) response.schema.parse(isJson ? await answer.json() : await answer.text())
}

/** How each principal comes by a cookie. */
const COOKIES: Record<(typeof PRINCIPALS)[number], () => Promise<string>> = {
  nobody: async () => '',
  user: async () => (await server.signIn()).cookie,
  admin: async () => (await server.signIn(BOB)).cookie,
  'disabled user': async () => {
    await User.destroy({ where: { email: 'gone@example.org' } })
    await server.register({ ...ADA, email: 'gone@example.org' })
    const { cookie } = await server.signIn({ ...ADA, email: 'gone@example.org' })
    await disableUser(
      server.deps.store,
      await User.findOne({ where: { email: 'gone@example.org' }, rejectOnEmpty: true }),
    )
    return cookie
  },
  'signed-out user': async () => {
    const { browser, cookie } = await server.signIn()
    await browser.post('/auth/logout').expect(200)
    return cookie
  },
  'pending second factor': async () => (await server.signIn(TWO_FACTORS)).cookie,
}

const cookies = new Map<string, Promise<string>>()

/** The cookie of a principal: a fresh one after each request that may have ended it. */
function cookieOf(principal: (typeof PRINCIPALS)[number]) {
  const cookie = cookies.get(principal) ?? COOKIES[principal]()
  cookies.set(principal, cookie)
  return cookie
}
const MORTAL = ['user', 'admin', 'pending second factor']

describe('8.2.1 8.1.1 every route says who may use it', () => {
  test('what Express has mounted is exactly what the matrix lists', () => {
    expect([...mountedRoutes(server.app)].sort()).toEqual(Object.keys(MATRIX).sort())
  })

  test('the OpenAPI document lists exactly the endpoints among them', async () => {
    expect((await documented()).sort()).toEqual(Object.keys(ENDPOINTS).sort())
  })

  test('a route that somebody adds is noticed, wherever it is mounted', () => {
    const added = (path: string) =>
      endpoint({
        method: 'put',
        path,
        summary: 'Added',
        tags: ['Test'],
        access: 'public',
        responses: { 204: { description: '' } },
        handler: () => {},
      })
    const extensions = { api: () => [added('/api/v1/added')], auth: () => [added('/auth/added/:id')] }
    const mounted = mountedRoutes(createApp({ ...server.deps, extensions }))
    expect(mounted).toContain('PUT /api/v1/added')
    expect(mounted).toContain('PUT /auth/added/{id}')
  })
})

describe.each(PRINCIPALS)('8.2.1 8.3.1 2.3.1 %s', principal => {
  test.each(Object.entries(MATRIX))('%s', async (route, row) => {
    const [method = '', template = ''] = route.split(' ')
    const cookie = await cookieOf(principal)
    if (method !== 'GET' && MORTAL.includes(principal)) cookies.delete(principal)
    const answer = await fetch(server.url + filled(template), {
      method,
      redirect: 'manual',
      headers: { Cookie: cookie, ...(method !== 'GET' && { 'Content-Type': 'application/json' }) },
      ...(method !== 'GET' && { body: '{}' }),
    })
    expect(answer.status).toBe(row[PRINCIPALS.indexOf(principal)])
    if (route in ENDPOINTS) await demandDeclared(route, answer)
  })
})

describe('8.2.1 14.2.6 bearer tokens', () => {
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    const { cookie: user } = await server.signIn()
    const { cookie: admin } = await server.signIn(BOB)
    const scoped = await personalToken(server, admin, { scopes: everyScope })
    tokens.set('token with every scope', scoped.token)
    tokens.set('token without a scope', (await personalToken(server, admin, { scopes: [] })).token)
    tokens.set('access token of a user', await accessToken(server, user))
    tokens.set('access token of an administrator', await accessToken(server, admin))

    const eve = { ...ADA, email: 'eve@example.org' }
    await server.register(eve)
    const { cookie } = await server.signIn(eve)
    tokens.set('token of a disabled user', (await personalToken(server, cookie)).token)
    const row = await User.findOne({ where: { email: eve.email }, rejectOnEmpty: true })
    await disableUser(server.deps.store, row)

    const revoked = await personalToken(server, admin, { scopes: everyScope })
    await server.agent().delete(`/auth/tokens/${revoked.id}`).set('Cookie', admin).expect(200)
    tokens.set('revoked token', revoked.token)
  })

  test('every route under /api says what each of them gets', () => {
    const api = Object.keys(ENDPOINTS).filter(route => route.includes(' /api'))
    expect(Object.keys(BEARER_ENDPOINTS).sort()).toEqual(api.sort())
  })

  describe.each(BEARERS)('%s', bearer => {
    test.each(Object.entries(MATRIX))('%s', async (route, [nobody]) => {
      const [method = '', template = ''] = route.split(' ')
      const init = method === 'GET' ? {} : { body: '{}' }
      const answer = await fetch(server.url + filled(template), {
        method,
        redirect: 'manual',
        headers: { ...asBearer(tokens.get(bearer)), ...(method !== 'GET' && { 'Content-Type': 'application/json' }) },
        ...init,
      })
      expect(answer.status).toBe(BEARER_ENDPOINTS[route]?.[BEARERS.indexOf(bearer)] ?? nobody)
      if (route in ENDPOINTS) await demandDeclared(route, answer)
    })
  })
})

describe('8.2.1 14.2.5 another spelling of a path is another path', () => {
  const SPELLINGS = [
    '/AUTH/profile',
    '/Auth/Profile',
    '//auth/profile',
    '/auth//profile',
    '/auth/profile/',
    '/auth%2fprofile',
    '/auth/%70rofile',
    '/auth/./profile',
    '/api/../auth/profile',
    '/auth/profile%00',
    '/auth/profile%20',
    '/auth/profile;.js',
    '/auth/profile.json',
    '/auth/profile/x.css',
    '/auth/session/x.css',
    '/auth/session/',
    '/auth/session;.js',
    '/auth/sessions/x.css',
    '/auth/dashboard/a.png',
    '/auth%2f..%2fdocs.css',
    '/docs.css/../auth/profile',
    '/API/v1/users',
    '//api/v1/users',
    '/api/v1/users/',
    '/api/v1//users',
  ]

  test.each(SPELLINGS)('%s is not found, with a cookie or without, and kept by no cache', async spelling => {
    for (const cookie of ['', await cookieOf('admin')]) {
      const answer = await sendRaw(server.port, head('GET', spelling, `Cookie: ${cookie}`))
      expect({ cookie: Boolean(cookie), status: answer.status }).toEqual({
        cookie: Boolean(cookie),
        status: spelling.startsWith('/auth/sessions/') ? 405 : 404,
      })
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })
})
