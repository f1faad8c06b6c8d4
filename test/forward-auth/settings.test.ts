import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readClientsFile } from '../../configs/clients-file.ts'
import { ConfigurationError } from '../../configs/env.ts'
import { readApplications } from '../../src/forward-auth/rules.ts'
import { clientsFile, HOSTS, startForward } from '../support/forward.ts'
import type { TestServer } from '../support/harness.ts'
import { mountedRoutes } from '../support/mounted-routes.ts'

const ORIGIN = 'https://a.example.org'

/** The faults that keep a server with this file from starting. */
function faultsOf(text: string, baseUrl = 'https://login.example.org'): string[] {
  const file = clientsFile(text)
  try {
    readApplications(readClientsFile(file).hosts, { file: 'clients.yaml', baseUrl })
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults.map(fault => fault.replace(file, 'clients.yaml'))
    throw error
  }
}

const hostWith = (lines: string) => `hosts:\n  - origin: ${ORIGIN}\n${lines}`

describe('a file that a server does not start with', () => {
  test.each([
    ['nothing', '', 'clients.yaml lists no hosts'],
    ['no hosts', 'clients: []', 'clients.yaml lists no hosts'],
    ['faulty YAML', 'hosts:\n  - origin: "x', 'line 2'],
    ['another top-level key', 'hosts: []\nhost: []', 'line 2: unknown key "host"'],
    ['a duplicate key', 'hosts: []\nhosts: []', 'line 2'],
    ['no list', 'hosts: x', 'hosts is not a list'],
    ['no map', '- x', 'no top-level keys'],
    ['a path in the origin', `hosts: [{ origin: ${ORIGIN}/x }]`, 'hosts[0].origin: Use scheme, host and port'],
    ['a slash after the origin', `hosts: [{ origin: ${ORIGIN}/ }]`, 'hosts[0].origin'],
    ['a wildcard', 'hosts: [{ origin: "https://*.example.org" }]', 'hosts[0].origin'],
    ['credentials', 'hosts: [{ origin: "https://a:b@example.org" }]', 'hosts[0].origin'],
    ['another scheme', 'hosts: [{ origin: "ftp://example.org" }]', 'hosts[0].origin'],
    ['plain http beside an https login', 'hosts: [{ origin: "http://a.example.org" }]', 'is http'],
    ['the login server itself', 'hosts: [{ origin: "https://login.example.org" }]', 'is BASE_URL itself'],
    ['the same host twice', `hosts: [{ origin: ${ORIGIN} }, { origin: "${ORIGIN}:443" }]`, 'listed twice'],
    ['an unknown key', hostWith('    role: [admin]'), 'hosts[0]: Unrecognized key: "role"'],
    ['a role that is no list', hostWith('    roles: admin'), 'hosts[0].roles'],
    ['an empty list of roles', hostWith('    roles: []'), 'hosts[0].roles'],
    ['a relative path', hostWith('    rules: [{ path: x }]'), 'hosts[0].rules[0].path'],
    ['a star in the middle', hostWith('    rules: [{ path: "/a*/b" }]'), 'hosts[0].rules[0].path'],
    ['dots in a path', hostWith('    rules: [{ path: /a/../b }]'), 'Use a path without dots'],
    ['an escape in a path', hostWith('    rules: [{ path: /a%20b }]'), 'hosts[0].rules[0].path'],
    [
      'a method in lower case',
      hostWith('    rules: [{ path: /, methods: [get] }]'),
      'methods[0]: Use methods such as GET',
    ],
    ['a public path with roles', hostWith('    rules: [{ path: /, access: public, roles: [a] }]'), 'Leave out roles'],
    ['no permission for tokens', hostWith('    bearer: yes please'), 'Use a permission such as metrics:read'],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault)
  })

  test('is one of the faults of the start', async () => {
    await expect(startForward({}, 'hosts: []')).rejects.toThrow('FORWARD_AUTH is on, but')
    await expect(startForward({ TRUST_PROXY: 'false', BASE_URL: 'http://localhost:3000' })).rejects.toThrow(
      'TRUST_PROXY',
    )
  })
})

test('http applications are fine beside an http login server, for development', () => {
  expect(faultsOf('hosts: [{ origin: "http://a.localhost:8080" }]', 'http://localhost:3000')).toEqual([])
})

describe('with forward auth on', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startForward()
  })
  afterAll(() => server.close())

  test('each of its routes is documented, and the other way round', async () => {
    const { body } = await supertest(server.url).get('/openapi.json').expect(200)
    const documented = Object.keys(body.paths).filter(path => /forward|latchkey/.test(path))
    const mounted = [...mountedRoutes(server.app)].filter(route => /forward|latchkey/.test(route))
    expect(documented.sort()).toEqual([
      '/.latchkey/callback',
      '/.latchkey/sign-out',
      '/.latchkey/start',
      '/auth/forward',
      '/auth/forward/sign-in',
    ])
    expect(mounted.sort()).toEqual([
      'GET /.latchkey/callback',
      'GET /.latchkey/sign-out',
      'GET /.latchkey/start',
      'GET /auth/forward',
      'GET /auth/forward/sign-in',
      'POST /.latchkey/sign-out',
    ])
  })

  test('permissions of rules can be given to roles', async () => {
    const [{ permissions = '' } = {}] = await server.rows<{ permissions?: string }>(
      `SELECT "permissions" FROM "Roles" WHERE "name" = 'admin'`,
    )
    expect(JSON.stringify(permissions)).toContain('metrics:read')
    expect(HOSTS).toContain('metrics:read')
  })

  test('other methods get 405', async () => {
    const headers = { 'X-Forwarded-Proto': 'https' }
    await supertest(server.url).post('/auth/forward').set(headers).expect(405)
    await supertest(server.url).delete('/.latchkey/callback').set(headers).expect(405)
  })
})
