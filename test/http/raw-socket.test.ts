import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const JSON_BODY = 'Content-Type: application/json'
function login(body: string, ...lines: string[]) {
  return sendRaw(server.port, head('POST', '/auth/login', JSON_BODY, `Content-Length: ${body.length}`, ...lines) + body)
}

describe('what is no proper request is refused in our form', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown method', head('FOO', '/api')],
    ['a header line without a colon', head('GET', '/api', 'nonsense')],
    ['a control character in a header', head('GET', '/api', 'X-A: a\0b')],
    ['a space before the colon', head('GET', '/api', 'X-A : b')],
    ['4.2.1 two lengths', `${head('POST', '/auth/login', JSON_BODY, 'Content-Length: 2', 'Content-Length: 3')}{}`],
    [
      '4.2.1 a length and chunks',
      `${head('POST', '/auth/login', 'Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['4.2.1 an unknown transfer coding', head('POST', '/auth/login', 'Transfer-Encoding: chunked, x')],
    [
      '4.2.1 a chunk with a bad size',
      `${head('POST', '/auth/login', JSON_BODY, 'Transfer-Encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`,
    ],
    ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no Host', 'GET /api HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', head('GET', '/api', 'Host: other.example')],
    ['two equal Hosts', head('GET', '/auth/session', 'host: localhost')],
  ])('%s is 400', async (_title, bytes) => {
    expectProblem(await sendRaw(server.port, bytes), 400, 'malformed_request')
  })

  test('headers beyond 16 kB are 431', async () => {
    for (const line of [`X-A: ${'a'.repeat(20_000)}`, `Cookie: a=${'b'.repeat(20_000)}`])
      expectProblem(await sendRaw(server.port, head('GET', '/auth/session', line)), 431, 'headers_too_large')
    const longTarget = await sendRaw(server.port, head('GET', `/api?${'a'.repeat(20_000)}`))
    expectProblem(longTarget, 431, 'headers_too_large')
  })

  test('a malformed escape in the path is 404 or 400, never 5xx', async () => {
    for (const path of ['/%', '/%ff', '/auth/%ff', '/auth/%c0%ae', '/auth/sessions/%', '/api/%zz', '/docs/%ff', '/%00'])
      expect([400, 401, 404, 405]).toContain((await sendRaw(server.port, head('GET', path))).status)
  })
})

describe('what is odd but proper is answered', () => {
  test('an expectation that is not 100-continue is ignored', async () => {
    expectProblem(await login('{}', 'Expect: 200-ok'), 422, 'validation_failed')
  })

  test('HTTP/1.0 without Host is answered', async () => {
    expect((await sendRaw(server.port, 'GET /api HTTP/1.0\r\n\r\n')).status).toBe(200)
  })

  test('the Host header leads nowhere: no answer repeats it', async () => {
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`
    for (const path of ['/', '/api', '/docs', '/openapi.json', '/auth/session', '/nothing'])
      expect((await sendRaw(server.port, request(path))).text).not.toContain('evil.example')
  })

  test('a user agent of 15 kB does not stop a sign-in', async () => {
    await server.register()
    const body = JSON.stringify({ email: 'ada@example.org', password: 'seven green bicycles at dawn' })
    expect((await login(body, `User-Agent: ${'a'.repeat(15_000)}`)).status).toBe(200)
    expect((await login(body, 'User-Agent: \xe9\xff')).status).toBe(200)
  })
})

describe('1.5.3 bodies that two parsers could read differently', () => {
  test.each([
    ['16,000 levels', '['.repeat(16_000) + ']'.repeat(16_000), 422],
    ['16,000 levels in a field', `{"email":${'['.repeat(16_000)}${']'.repeat(16_000)},"password":"x"}`, 422],
    ['a comment', '{/**/}', 400],
    ['a trailing comma', '{"email":"a",}', 400],
    ['two documents', '{}{}', 400],
    ['no document', ' ', 400],
    ['NaN', '{"email":NaN}', 400],
    ['null', 'null', 400],
    ['a string', '"x"', 400],
    ['an array', '[]', 422],
    ['a body that ends early', '{"email":"a"', 400],
  ])('%s: %s', async (_title, body, status) => {
    expect((await login(body)).status).toBe(status)
  })

  test.each([
    ['Content-Encoding: br', 400],
    ['Content-Encoding: gzip', 400],
    ['Content-Encoding: compress', 415],
  ])('a body that is not %s although it says so is %s', async (line, status) => {
    expect((await login('{}', line)).status).toBe(status)
  })
})
