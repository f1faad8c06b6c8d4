import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, startServer, type TestServer } from '../support/harness.ts'

const ORIGIN = 'https://login.example.org'
const SETTINGS = { BASE_URL: ORIGIN, TRUST_PROXY: '1' }

let server: TestServer
beforeAll(async () => {
  server = await startServer(SETTINGS)
  await send('post', '/auth/register', {}, ADA).expect(201)
})
afterAll(() => server.close())

type Method = 'post' | 'patch' | 'delete'
function send(method: Method, path: string, headers: Record<string, string>, body: object = {}) {
  return supertest(server.url)[method](path).set('X-Forwarded-Proto', 'https').set(headers).send(body)
}
async function signIn() {
  const answer = await send('post', '/auth/login', {}, { email: ADA.email, password: ADA.password }).expect(200)
  return [...cookiesOf(answer)].map(([name, { value }]) => `${name}=${value}`).join('; ')
}
function whoAmI(cookie: string) {
  return supertest(server.url).get('/auth/session').set({ Cookie: cookie, 'X-Forwarded-Proto': 'https' })
}
async function checksum() {
  return JSON.stringify([
    await server.rows('SELECT * FROM "Users" ORDER BY "id"'),
    await server.rows('SELECT * FROM "Sessions" ORDER BY "sid"'),
    await server.rows('SELECT * FROM "RateLimits" ORDER BY "key"'),
  ])
}

/** What browsers send along with a request that another site caused. */
const FOREIGN: Record<string, string>[] = [
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: ORIGIN },
  { 'Sec-Fetch-Site': 'SAME-ORIGIN' },
  { 'Sec-Fetch-Site': '' },
  { 'Sec-Fetch-Site': 'same-origin, cross-site' },
  { Origin: 'null' },
  { Origin: '' },
  { Origin: 'https://evil.example' },
  { Origin: `${ORIGIN}.evil.example` },
  { Origin: 'https://evil.login.example.org' },
  { Origin: 'http://login.example.org' },
  { Origin: `${ORIGIN}:8443` },
  { Origin: `${ORIGIN}/` },
  { Origin: `${ORIGIN} https://evil.example` },
  { Origin: 'https://evil.example', Referer: `${ORIGIN}/sign-in` },
  { Referer: 'https://evil.example/page' },
  { Referer: `https://evil.example/?${ORIGIN}` },
  { Referer: `${ORIGIN}.evil.example/` },
  { Referer: 'http://login.example.org/sign-in' },
  { Referer: 'not a URL' },
  { Referer: '' },
]

const OWN: Record<string, string>[] = [
  { 'Sec-Fetch-Site': 'same-origin', Origin: ORIGIN },
  { 'Sec-Fetch-Site': 'none' },
  { Origin: ORIGIN },
  { Origin: ORIGIN, Referer: 'https://elsewhere.example/' },
  { Referer: `${ORIGIN}/sign-in?next=/account` },
  {},
]

const CHANGES: { method: Method; path: string; body: object }[] = [
  { method: 'post', path: '/auth/register', body: BOB },
  { method: 'post', path: '/auth/setup', body: { ...BOB, token: 'x' } },
  { method: 'post', path: '/auth/login', body: { email: ADA.email, password: ADA.password } },
  { method: 'patch', path: '/auth/profile', body: { name: 'Eve' } },
  { method: 'delete', path: '/auth/sessions', body: {} },
  { method: 'post', path: '/auth/logout', body: {} },
]

describe('3.5.1 a request that another site caused is refused and has no effect', () => {
  test.each(CHANGES)('$method $path', async ({ method, path, body }) => {
    const cookie = await signIn()
    const before = await checksum()
    for (const headers of FOREIGN) {
      const answer = await send(method, path, { ...headers, Cookie: cookie }, body)
      const problem = expectProblem(answer, 403, 'cross_site_request')
      expect(problem.detail).toContain('BASE_URL')
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect(await checksum()).toBe(before)
    await whoAmI(cookie).expect(200)
  })

  test('it is refused on a route of a team’s own as well, and on one that does not exist', async () => {
    const answer = await send('post', '/auth/nothing', { 'Sec-Fetch-Site': 'cross-site' })
    expectProblem(answer, 403, 'cross_site_request')
  })
})

test.each(OWN)('3.5.1 what our own pages send, or no browser at all, passes: %j', async headers => {
  const cookie = await signIn()
  await send('patch', '/auth/profile', { ...headers, Cookie: cookie }, { name: 'Ada' }).expect(200)
  await send('post', '/auth/logout', { ...headers, Cookie: cookie }).expect(200)
})

describe('3.5.2 a body that a form can send without a preflight is refused', () => {
  const body = JSON.stringify({ email: ADA.email, password: ADA.password })

  test.each([
    ['application/x-www-form-urlencoded', 'email=ada%40example.org&password=x'],
    ['text/plain', body],
    ['text/plain;application/json', body],
    ['text/plain, application/json', body],
    ['multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nx\r\n--x--`],
    ['application/octet-stream', body],
    ['application/jsonp', body],
  ])('%s', async (type, text) => {
    for (const { method, path } of CHANGES.filter(each => !/profile|logout|sessions/.test(each.path))) {
      const answer = await supertest(server.url)
        [method](path)
        .set({ 'X-Forwarded-Proto': 'https', 'Content-Type': type })
        .send(text)
      expectProblem(answer, 415, 'unsupported_media_type')
    }
  })

  test('and so is one without any type', async () => {
    const answer = await fetch(`${server.url}/auth/login`, {
      method: 'POST',
      headers: { 'X-Forwarded-Proto': 'https' },
      body: new TextEncoder().encode(body),
    })
    expect(answer.status).toBe(415)
  })
})

describe('3.4.3 3.4.2 no other origin is let in', () => {
  test.each(['null', 'https://evil.example', `${ORIGIN}.evil.example`, ORIGIN])('%s', async origin => {
    const cookie = await signIn()
    for (const path of ['/api', '/auth/session', '/auth/profile', '/', '/openapi.json', '/nothing']) {
      const set = { Origin: origin, Cookie: cookie, 'X-Forwarded-Proto': 'https' }
      const preflight = { ...set, 'Access-Control-Request-Method': 'PATCH' }
      const answers = [
        await supertest(server.url).get(path).set(set),
        await supertest(server.url).options(path).set(preflight),
      ]
      for (const { headers } of answers)
        expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
    }
  })
})
