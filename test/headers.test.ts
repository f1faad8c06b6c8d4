import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days } from '../configs/durations.ts'
import { endpoint } from '../src/http/endpoint.ts'
import { ADA, PASSWORD, startServer, type TestServer } from './harness.ts'
import { head, sendRaw } from './raw-http.ts'

const failing = endpoint({
  method: 'get',
  path: '/auth/failing',
  summary: 'Fails',
  tags: ['Test'],
  responses: { 200: { description: 'Never' } },
  handler: () => {
    throw new Error('a fault of ours')
  },
})

type Seen = { title: string; status: number; headers: Record<string, string>; text: string }

let server: TestServer
const seen: Seen[] = []

/** One answer of every status that there is, from every kind of route. */
beforeAll(async () => {
  server = await startServer({ LOGIN_LIMIT_ACCOUNT_CLIENT: '2', BYPASS_AUTH: 'true' }, undefined, {
    auth: () => [failing],
  })
  server.deps.logger.silent = true
  const agent = () => supertest(server.url)
  await server.register()
  const { cookie } = await server.signIn()
  const login = (email: string, password: string) => agent().post('/auth/login').send({ email, password })
  const collect = async (title: string, status: number, request: PromiseLike<supertest.Response>) => {
    const answer = await request
    expect({ title, status: answer.status }).toEqual({ title, status })
    seen.push({ title, status, headers: answer.headers, text: answer.text ?? '' })
    return answer
  }

  for (const path of [
    '/',
    '/setup',
    '/docs',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-init.js',
    '/pages.css',
    '/setup.js',
  ])
    await collect(path, 200, agent().get(path))
  for (const path of ['/api', '/healthz', '/readyz', '/openapi.json']) await collect(path, 200, agent().get(path))
  for (const path of ['/auth/profile', '/auth/dashboard', '/auth/sessions'])
    await collect(path, 200, agent().get(path).set('Cookie', cookie))
  const session = await collect('/auth/session', 200, agent().get('/auth/session').set('Cookie', cookie))
  const etag = session.headers.etag ?? ''
  await collect('session 304', 304, agent().get('/auth/session').set({ Cookie: cookie, 'If-None-Match': etag }))
  const css = await agent().get('/pages.css')
  await collect(
    'css 304',
    304,
    agent()
      .get('/pages.css')
      .set('If-None-Match', css.headers.etag ?? ''),
  )
  await collect('HEAD', 200, agent().head('/auth/profile').set('Cookie', cookie))
  await collect('OPTIONS', 204, agent().options('/auth/profile'))
  await collect('bypass', 302, agent().get('/auth/bypass?token=ada').set('Accept', 'text/html'))
  await collect(
    'register',
    201,
    agent()
      .post('/auth/register')
      .send({ ...ADA, email: 'b@example.org' }),
  )
  await collect('malformed', 400, agent().post('/auth/login').type('json').send('{'))
  await collect('anonymous', 401, agent().get('/auth/session'))
  await collect('no bearer', 401, agent().get('/api/v1/users'))
  await collect('foreign', 403, agent().post('/auth/logout').set('Sec-Fetch-Site', 'cross-site'))
  for (const path of ['/nothing', '/auth/nothing', '/api/nothing', '/docs/nothing'])
    await collect(path, 404, agent().get(path))
  for (const path of ['/', '/api', '/auth/session']) await collect(path, 405, agent().put(path))
  await collect('taken', 409, agent().post('/auth/register').send(ADA))
  await collect(
    'large',
    413,
    agent()
      .post('/auth/login')
      .send({ email: 'x'.repeat(200_000) }),
  )
  await collect('form', 415, agent().post('/auth/login').type('form').send('a=b'))
  await collect('invalid', 422, agent().post('/auth/login').send({}))
  await login('c@example.org', PASSWORD)
  await login('c@example.org', PASSWORD)
  await collect('too many', 429, login('c@example.org', PASSWORD))
  await collect('failing', 500, agent().get('/auth/failing'))
  await server.rows('ALTER TABLE "Users" RENAME TO "UsersGone"')
  await collect('broken', 503, login('d@example.org', PASSWORD))
  seen.push({ title: 'parser', ...(await sendRaw(server.port, 'nonsense\r\n\r\n')) })
  seen.push({ title: 'overflow', ...(await sendRaw(server.port, head('GET', '/', `X: ${'a'.repeat(20_000)}`))) })
})
afterAll(() => server.close())

const each = (check: (answer: Seen) => unknown) => {
  expect(seen.length).toBeGreaterThan(40)
  const wrong = seen.filter(answer => !check(answer)).map(({ title, status }) => `${status} ${title}`)
  expect(wrong).toEqual([])
}
const isPage = ({ headers }: Seen) => /html|css|javascript|image/.test(headers['content-type'] ?? '')
const directives = (answer: Seen) => (answer.headers['content-security-policy'] ?? '').split(';')

describe('on every answer, whatever its status', () => {
  test('all statuses there are have been seen', () => {
    const statuses = [...new Set(seen.map(({ status }) => status))].sort()
    expect(statuses).toEqual([200, 201, 204, 302, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 431, 500, 503])
  })

  test('3.4.1 HSTS is for a year at least and for all subdomains', () =>
    each(({ headers }) => {
      const [, age = '0'] = /^max-age=(\d+); includeSubDomains$/.exec(headers['strict-transport-security'] ?? '') ?? []
      return Number(age) >= days(365) / 1000
    }))

  test('3.4.2 no other origin is let in', () =>
    each(({ headers }) => !Object.keys(headers).some(name => name.startsWith('access-control-'))))

  test('3.4.3 the CSP starts from nothing, allows nothing inline and no other base', () =>
    each(answer => {
      const policy = directives(answer)
      const isStrict = policy.includes("default-src 'none'") && policy.includes("base-uri 'none'")
      return isStrict && !policy.join().includes('unsafe-') && !policy.join().includes('*')
    }))

  test('3.4.4 types are not guessed', () => each(({ headers }) => headers['x-content-type-options'] === 'nosniff'))

  test('3.4.5 no address is passed on', () => each(({ headers }) => headers['referrer-policy'] === 'no-referrer'))

  test('3.4.6 nothing is framed', () => each(answer => directives(answer).includes("frame-ancestors 'none'")))

  test('3.4.8 3.5.8 documents and resources are for this origin', () =>
    each(
      ({ headers }) =>
        headers['cross-origin-opener-policy'] === 'same-origin' &&
        headers['cross-origin-resource-policy'] === 'same-origin',
    ))

  test('3.2.1 what is no page can do nothing even where it is shown as one', () =>
    each(
      answer =>
        isPage(answer) || answer.headers['content-type'] === undefined || directives(answer).includes('sandbox'),
    ))

  test('4.1.1 a body has a type, and text has a charset', () =>
    each(({ text, headers }) => !text || /charset=utf-8$/.test(headers['content-type'] ?? '')))

  test('13.4.6 neither server nor version is named', () =>
    each(({ headers }) => headers['x-powered-by'] === undefined && headers.server === undefined))

  test('14.3.2 nothing but pages and their files is kept by a cache', () =>
    each(answer => isPage(answer) || answer.title === 'css 304' || answer.headers['cache-control'] === 'no-store'))

  test('16.2.1 it has an id of its own', () => {
    each(({ headers }) => /^[\da-f-]{36}$/.test(headers['x-request-id'] ?? ''))
    expect(new Set(seen.map(({ headers }) => headers['x-request-id'])).size).toBe(seen.length)
  })
})

test('16.5.1 a 5xx tells neither its cause nor the code', () => {
  const failures = seen.filter(({ status }) => status >= 500)
  expect(failures).toHaveLength(2)
  for (const { text } of failures)
    expect(text).not.toMatch(/fault of ours|Users|SELECT|select|\.ts|\n +at |sqlite|postgres|sequelize/)
})
