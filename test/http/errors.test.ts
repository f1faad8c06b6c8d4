import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Role } from '../../models/role.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { startServer, type TestServer } from '../support/harness.ts'

function failing(name: string, fail: () => unknown) {
  return endpoint({
    method: 'get',
    path: `/auth/${name}`,
    summary: 'Fails',
    tags: ['Test'],
    access: 'public',
    responses: { 200: { description: 'Never' }, ...refusals(409, 500) },
    handler: fail,
  })
}

const SECRET = 'SELECT "secret" FROM "Users" at /srv/latchkey/src/app.ts'
const failures = [
  failing('throws', () => {
    throw new Error(SECRET)
  }),
  failing('rejects', () => Promise.reject(new Error(SECRET))),
  failing('throws-a-string', () => {
    throw SECRET
  }),
  failing('throws-a-status', () => {
    throw Object.assign(new Error(SECRET), { status: 500, expose: true, body: SECRET })
  }),
  failing('throws-late', async () => {
    await new Promise(resolve => setTimeout(resolve, 5))
    throw new Error(SECRET)
  }),
]

const takenValue = failing('writes-a-taken-value', () =>
  Role.create({ name: 'admin', description: '', permissions: [] }),
)

let server: TestServer
beforeAll(async () => {
  server = await startServer({}, undefined, { auth: () => [...failures, takenValue] })
  server.deps.logger.silent = true
})
afterAll(() => server.close())

const get = (path: string) => supertest(server.url).get(path)
const postLogin = () => supertest(server.url).post('/auth/login')

describe('each refusal is problem details with its status and code', () => {
  test.each(['/nothing', '/auth/nothing', '/api/v1', '/api/v2/users', '/docs/nothing', '/.env', '/.git/HEAD'])(
    '13.4.1 404 for %s',
    async path => {
      expectProblem(await get(path), 404, 'not_found')
    },
  )

  test.each([
    ['{', 400, 'malformed_json'],
    ['"text"', 400, 'malformed_json'],
    [`{"email":"${'a'.repeat(110_000)}"}`, 413, 'payload_too_large'],
    ['[]', 422, 'validation_failed'],
  ] as const)('%#: %s %s', async (body, status, code) => {
    expectProblem(await postLogin().type('json').send(body), status, code)
  })

  test('2.3.4 409 conflict, and not account_exists, for a taken value of which its writer says nothing', async () => {
    expectProblem(await get('/auth/writes-a-taken-value'), 409, 'conflict')
  })

  test('415 for a charset that JSON does not have', async () => {
    const answer = await postLogin().set('Content-Type', 'application/json; charset=iso-8859-1').send('{}')
    expectProblem(answer, 415, 'unsupported_media_type')
  })

  test('413 even where the body is small as sent: it is unpacked first', async () => {
    const packed = await new Response(
      new Blob([`{"email":"${'a'.repeat(1_000_000)}"}`]).stream().pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer()
    const answer = await fetch(`${server.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: packed,
    })
    expect(packed.byteLength).toBeLessThan(5000)
    expect(answer.status).toBe(413)
  })

  test('422 points to every field at once', async () => {
    const answer = await supertest(server.url)
      .post('/auth/register')
      .send({ email: 'no address', password: 15, name: '', 'a/b~c': 1 })
    const { errors = [] } = expectProblem(answer, 422, 'validation_failed')
    expect(errors.map(({ pointer, code }) => [pointer, code]).sort()).toEqual([
      ['#/a~1b~0c', 'unknown_field'],
      ['#/email', 'invalid_format'],
      ['#/name', 'too_small'],
      ['#/password', 'invalid_type'],
    ])
    for (const { detail } of errors) expect(detail.length).toBeGreaterThan(5)
  })

  test('422 for a body with thousands of faults is no longer than anybody would read', async () => {
    const many = Object.fromEntries(Array.from({ length: 2800 }, (_, at) => [`k${at}`, 1]))
    const answer = await postLogin().send(many)
    expectProblem(answer, 422, 'validation_failed')
    expect(answer.text.length).toBeLessThan(10_000)
  })
})

describe('16.5.1 a fault of ours', () => {
  test.each(failures.map(({ path }) => path))(
    '16.3.4 is 500 without its cause, which is in the log: %s',
    async path => {
      const logged = vi.spyOn(server.deps.logger, 'error')
      const answer = await get(path)
      expectProblem(answer, 500, 'internal_error')
      expect(logged.mock.calls).toEqual([['request failed', expect.objectContaining({ code: 'internal_error' })]])
      expect(answer.text).not.toMatch(/secret|srv|SELECT/)
    },
  )

  test('16.5.4 leaves the server running', async () => {
    await get('/healthz').expect(200, { status: 'ok' })
  })
})
