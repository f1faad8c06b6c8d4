import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATHS } from '../../web/src/paths.ts'
import { startServer, type TestServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY', 'LINK', 'M-SEARCH']

/** Paths that are no endpoint of the document, with what they take. */
const PAGES = [
  ...PATHS.map(path => path.replace(/:\w+/, 'x')),
  '/docs',
  '/docs/',
  '/docs/swagger-ui-init.js',
  '/docs/swagger-ui.css',
]

let server: TestServer
const allowed = new Map<string, string[]>()
beforeAll(async () => {
  server = await startServer()
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> }
  for (const [path, operations] of Object.entries(document.paths)) {
    const methods = Object.keys(operations).map(method => method.toUpperCase())
    allowed.set(path.replaceAll(/\{\w+\}/g, 'x'), methods.includes('GET') ? [...methods, 'HEAD'] : methods)
  }
  for (const path of PAGES) allowed.set(path, ['GET', 'HEAD'])
})
afterAll(() => server.close())

const listOf = (header: string | undefined) => (header ?? '').split(', ').sort()

describe('4.1.4 a method that a path does not know', () => {
  test('is 405 with the methods that it knows, on every path', async () => {
    for (const [path, methods] of allowed)
      for (const method of METHODS.filter(each => !methods.includes(each))) {
        const answer = await sendRaw(server.port, head(method, path))
        expect({ method, path, status: answer.status }).toEqual({ method, path, status: 405 })
        expect(listOf(answer.headers.allow)).toEqual([...methods, 'OPTIONS'].sort())
      }
  })

  test('OPTIONS tells the methods and changes nothing', async () => {
    for (const [path, methods] of allowed) {
      const answer = await sendRaw(server.port, head('OPTIONS', path))
      expect({ path, status: answer.status, text: answer.body }).toEqual({ path, status: 204, text: '' })
      expect(listOf(answer.headers.allow)).toEqual([...methods, 'OPTIONS'].sort())
    }
    expect(await server.rows('SELECT 1 FROM "Sessions"')).toEqual([])
  })

  test('4.2.2 HEAD is GET without the body', async () => {
    for (const [path, methods] of allowed) {
      if (!methods.includes('HEAD') || path === '/auth/bypass') continue
      const [whole, headOnly] = [
        await sendRaw(server.port, head('GET', path)),
        await sendRaw(server.port, head('HEAD', path)),
      ]
      expect({ path, status: headOnly.status }).toEqual({ path, status: whole.status })
      expect(headOnly.headers['content-type']).toBe(whole.headers['content-type'])
      expect(headOnly.text.split('\r\n\r\n')[1]).toBe('')
    }
  })

  test('13.4.4 TRACE and TRACK echo nothing', async () => {
    for (const method of ['TRACE', 'TRACK'])
      for (const path of ['/', '/api', '/auth/session', '/nothing', '*']) {
        const answer = await sendRaw(server.port, head(method, path, 'X-Canary: seven-blue-canaries'))
        expect([400, 404, 405]).toContain(answer.status)
        expect(answer.text).not.toContain('canaries')
      }
  })

  test('CONNECT opens nothing: the connection is closed', async () => {
    expect((await sendRaw(server.port, head('CONNECT', 'example.org:443'))).text).toBe('')
  })
})

test.each([
  ['X-HTTP-Method-Override: DELETE', '/auth/session'],
  ['X-HTTP-Method: PATCH', '/auth/profile'],
  ['X-Accel-Redirect: /auth/session', '/nothing'],
  ['X-Original-URL: /auth/session', '/nothing'],
  ['X-Rewrite-URL: /auth/session', '/nothing'],
])('4.1.4 %s does not make it another request', async (line, path) => {
  const [plain, overridden] = [
    await sendRaw(server.port, head('GET', path)),
    await sendRaw(server.port, head('GET', path, line)),
  ]
  expect(overridden.status).toBe(plain.status)
})
