import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BOB, cookiesOf, PASSWORD, sidOf, startServer, type TestServer } from '../support/harness.ts'

const EVE = { email: 'eve@example.org', name: 'Eve', password: PASSWORD }

type Call = { method: 'get' | 'post' | 'patch' | 'delete'; path: string; body?: object }

/** Every route that may touch the cookie, in an order that passes through the whole life of a session. */
const LIFE: Call[] = [
  { method: 'get', path: '/' },
  { method: 'get', path: '/docs' },
  { method: 'get', path: '/openapi.json' },
  { method: 'get', path: '/api' },
  { method: 'get', path: '/auth/session' },
  { method: 'post', path: '/auth/register', body: EVE },
  { method: 'post', path: '/auth/login', body: { email: EVE.email, password: 'wrong' } },
  { method: 'post', path: '/auth/login', body: { email: EVE.email, password: PASSWORD } },
  { method: 'get', path: '/auth/session' },
  { method: 'get', path: '/auth/profile' },
  { method: 'patch', path: '/auth/profile', body: { name: 'Eva' } },
  { method: 'get', path: '/auth/dashboard' },
  { method: 'get', path: '/auth/sessions' },
  { method: 'delete', path: '/auth/sessions' },
  { method: 'get', path: '/auth/nothing' },
  { method: 'get', path: '/api/v1/users' },
  { method: 'post', path: '/auth/login', body: { email: EVE.email, password: PASSWORD, rememberMe: true } },
  { method: 'get', path: '/auth/bypass?token=eve2' },
  { method: 'post', path: '/auth/logout' },
  { method: 'get', path: '/auth/session' },
]

async function live(server: TestServer, headers: Record<string, string>) {
  const answers = []
  let jar = ''
  for (const { method, path, body } of LIFE) {
    const request = supertest(server.url)[method](path).set(headers).set('Cookie', jar)
    const answer = await (body ? request.send(body) : request)
    for (const [name, { value }] of cookiesOf(answer)) if (name.endsWith('connect.sid')) jar = `${name}=${value}`
    answers.push({ call: `${method} ${path}`, answer, jar })
  }
  return answers
}

describe.each([
  { title: 'over https', settings: { BASE_URL: 'https://localhost', TRUST_PROXY: '1' }, secure: true },
  { title: 'over http', settings: {}, secure: false },
])('$title', ({ settings, secure }) => {
  const prefix = secure ? '__Host-' : ''
  const names = [`${prefix}connect.sid`, `${prefix}latchkey.device`]
  function namesSetBy(call: string) {
    if (call === 'post /auth/register') return [`${prefix}latchkey.registered`]
    return call === 'post /auth/login' ? names : [names[0]]
  }
  let server: TestServer
  let answers: Awaited<ReturnType<typeof live>>
  beforeAll(async () => {
    server = await startServer({ ...settings, BYPASS_AUTH: 'true' })
    answers = await live(server, secure ? { 'X-Forwarded-Proto': 'https' } : {})
  })
  afterAll(() => server.close())

  test('only a registration, a sign-in and a sign-out set a cookie, and only these three', () => {
    const setting = answers.filter(({ answer }) => cookiesOf(answer).size > 0).map(({ call }) => call)
    expect(setting).toEqual([
      'post /auth/register',
      'post /auth/login',
      'post /auth/login',
      'get /auth/bypass?token=eve2',
      'post /auth/logout',
    ])
    for (const { call, answer } of answers.filter(each => cookiesOf(each.answer).size > 0))
      expect([...cookiesOf(answer).keys()].toSorted()).toEqual(namesSetBy(call))
  })

  test('3.3.1 3.3.2 3.3.3 3.3.4 every Set-Cookie is __Host- and Secure where it can be, HttpOnly, SameSite, of this host alone', () => {
    for (const { call, answer } of answers)
      for (const [name, { attributes }] of cookiesOf(answer)) {
        const { expires, 'max-age': _, ...rest } = Object.fromEntries(attributes)
        expect({ call, ...rest }).toEqual({
          call,
          path: '/',
          httponly: '',
          // Both are needed when a provider sends the browser back.
          samesite: /connect\.sid$|latchkey\.device$/.test(name) ? 'Lax' : 'Strict',
          ...(secure && { secure: '' }),
        })
        expect(Number.isNaN(Date.parse(expires ?? ''))).toBe(false)
      }
  })

  test('3.3.5 a cookie stays below 4096 bytes', () => {
    for (const { answer } of answers)
      for (const line of (answer.headers['set-cookie'] ?? []) as unknown as string[])
        expect(line.length).toBeLessThan(4096)
  })

  test('3.3.4 a session id is nowhere but in Set-Cookie', () => {
    const ids = answers.map(({ jar }) => sidOf(jar.slice(jar.indexOf('=') + 1))).filter(Boolean)
    expect(new Set(ids).size).toBe(3)
    for (const { answer } of answers) {
      const { 'set-cookie': _cookie, ...headers } = answer.headers
      for (const id of ids) expect(JSON.stringify(headers) + answer.text).not.toContain(id)
    }
  })

  test('14.3.2 what sets a cookie is not kept by any cache', () => {
    for (const { answer } of answers.filter(each => cookiesOf(each.answer).size > 0))
      expect(answer.headers['cache-control']).toBe('no-store')
  })
})

describe('where BASE_URL is https', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ BASE_URL: 'https://login.example.org', TRUST_PROXY: '1', LOG_LEVEL: 'error' })
    server.deps.logger.silent = true
  })
  afterAll(() => server.close())

  test.each(['', 'http'])(
    '4.1.2 12.2.1 a request over plain http is refused, signs nobody in and leaves no row (%j)',
    async proto => {
      const answers = [
        await supertest(server.url).post('/auth/register').set('X-Forwarded-Proto', proto).send(BOB),
        await supertest(server.url).post('/auth/login').set('X-Forwarded-Proto', proto).send(BOB),
        await supertest(server.url).get('/api').set('X-Forwarded-Proto', proto),
      ]
      for (const answer of answers) expect(answer).toMatchObject({ status: 400, body: { code: 'insecure_transport' } })
      expect(await server.rows('SELECT 1 FROM "Sessions"')).toEqual([])
      expect(await server.rows('SELECT 1 FROM "Users"')).toEqual([])
    },
  )

  test('the health of the process is told over plain http, as a proxy asks for it', async () => {
    await supertest(server.url).get('/healthz').expect(200)
  })
})
