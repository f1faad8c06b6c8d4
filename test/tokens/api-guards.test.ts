import type { RequestHandler } from 'express'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endpoint } from '../../src/http/endpoint.ts'
import type { Permission } from '../../src/identity/permissions.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

/** Stands for a bearer token: whoever sends this header is a principal with these permissions. */
const bearerOf: RequestHandler = (req, _res, next) => {
  const permissions = new Set(req.get('X-Test-Permissions')?.split(','))
  const token = { kind: 'personal' as const, id: '', expires: 0 }
  req.bearer = {
    id: '',
    email: '',
    emailVerified: false,
    name: '',
    username: null,
    language: null,
    roles: [],
    permissions,
    token,
  }
  next()
}

function guarded(permission: Permission) {
  return endpoint({
    method: 'get',
    path: `/api/guarded/${permission.replace(':', '-')}`,
    summary: 'Only with the permission',
    tags: ['Test'],
    access: permission,
    responses: { 200: { description: 'Passed', schema: z.unknown() } },
    first: [bearerOf],
    handler: () => ({ passed: true }),
  })
}

let server: TestServer
beforeAll(async () => {
  server = await startServer({}, undefined, { api: () => [guarded('users:read'), guarded('roles:write')] })
  await server.register()
})
afterAll(() => server.close())

test('GET /api tells everybody which versions there are', async () => {
  await supertest(server.url)
    .get('/api')
    .expect(200, [{ version: '1.0', url: '/api/v1/' }])
})

describe('8.2.1 what is guarded under /api needs a bearer token', () => {
  const PATHS = ['/api/v1/users', '/api/v1/roles']

  test.each(PATHS)('%s is refused to nobody in particular, with a challenge', async path => {
    const answer = await supertest(server.url).get(path)
    expect(expectProblem(answer, 401, 'authentication_required').error).toBe('Authentication required')
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="api", resource_metadata="[^"]+"$/)
  })

  test.each(PATHS)('%s is refused to an administrator’s cookie', async path => {
    await server.rows(`INSERT INTO "UserRoles" ("userId", "roleId", "createdAt", "updatedAt")
      SELECT u."id", r."id", u."createdAt", u."createdAt" FROM "Users" u, "Roles" r
      WHERE u."email" = '${ADA.email}' AND r."name" = 'admin' ON CONFLICT DO NOTHING`)
    const { browser } = await server.signIn()
    expect((await browser.get('/auth/profile')).body.roles).toContain('admin')
    expectProblem(await browser.get(path), 401, 'authentication_required')
  })

  test('basic credentials are no way in', async () => {
    const headers = { Authorization: `Basic ${btoa(`${ADA.email}:${ADA.password}`)}` }
    const answer = await supertest(server.url).get('/api/v1/users').set(headers)
    expectProblem(answer, 401, 'authentication_required')
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="api", resource_metadata="[^"]+"$/)
  })
})

describe('8.2.1 a principal', () => {
  const visit = (path: string, permissions: string) =>
    supertest(server.url).get(path).set('X-Test-Permissions', permissions)

  test('passes with the permission', async () => {
    await visit('/api/guarded/users-read', 'users:read').expect(200)
    await visit('/api/guarded/roles-write', 'users:read,roles:write').expect(200)
  })

  test.each(['users:write', 'users:rea', 'USERS:READ', '*'])('with %s alone does not', async permissions => {
    const answer = await visit('/api/guarded/users-read', permissions)
    expect(expectProblem(answer, 403, 'forbidden').error).toBe('Admin access required')
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope')
  })
})
