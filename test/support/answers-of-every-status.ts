import { expect } from 'vitest'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { ADA, PASSWORD, startServer } from './harness.ts'
import { head, sendRaw } from './raw-http.ts'

/** What came back, and for what. */
export type Seen = { title: string; status: number; headers: Record<string, string>; text: string }

type Request = readonly [status: number, request: string, init?: { headers?: Record<string, string>; body?: string }]

const JSON_TYPE = { 'Content-Type': 'application/json' }
const json = (body: object) => ({ headers: JSON_TYPE, body: JSON.stringify(body) })
const stranger = json({ email: 'stranger@example.org', password: PASSWORD })

const failing = endpoint({
  method: 'get',
  path: '/auth/failing',
  summary: 'Fails',
  tags: ['Test'],
  access: 'public',
  responses: { 200: { description: 'Never' }, ...refusals(500) },
  handler: () => {
    throw new Error('a fault of ours')
  },
})

const ANONYMOUS: Request[] = [
  [200, 'GET /'],
  [200, 'GET /setup'],
  [200, 'GET /sign-in'],
  [200, 'GET /account/security'],
  [200, 'GET /docs'],
  [200, 'GET /docs/swagger-ui.css'],
  [200, 'GET /docs/swagger-ui-init.js'],
  [200, 'GET /docs.css'],
  [200, 'GET /api'],
  [200, 'GET /healthz'],
  [200, 'GET /readyz'],
  [200, 'GET /openapi.json'],
  [201, 'POST /auth/register', json({ ...ADA, email: 'second@example.org' })],
  [204, 'OPTIONS /auth/profile'],
  [302, 'GET /auth/bypass?token=ada', { headers: { Accept: 'text/html' } }],
  [400, 'POST /auth/login', { headers: JSON_TYPE, body: '{' }],
  [401, 'GET /auth/session'],
  [401, 'GET /api/v1/users'],
  [403, 'POST /auth/logout', { headers: { 'Sec-Fetch-Site': 'cross-site' } }],
  [404, 'GET /nothing'],
  [404, 'GET /nothing', { headers: { Accept: 'text/html' } }],
  [404, 'GET /auth/nothing'],
  [404, 'GET /api/nothing'],
  [404, 'GET /docs/nothing'],
  [405, 'PUT /'],
  [405, 'PUT /api'],
  [405, 'PUT /auth/session'],
  [409, 'POST /auth/register', json(ADA)],
  [413, 'POST /auth/login', json({ email: 'x'.repeat(200_000) })],
  [415, 'POST /auth/login', { headers: { 'Content-Type': 'text/plain' }, body: 'a=b' }],
  [422, 'POST /auth/login', json({})],
  [401, 'POST /auth/login', stranger],
  [401, 'POST /auth/login', stranger],
  [429, 'POST /auth/login', stranger],
  [500, 'GET /auth/failing'],
]

const SIGNED_IN: Request[] = [
  [200, 'GET /auth/session'],
  [200, 'GET /auth/profile'],
  [200, 'GET /auth/dashboard'],
  [200, 'GET /auth/sessions'],
  [200, 'HEAD /auth/profile'],
]

/** Served again to who has them already. */
const UNCHANGED = ['/auth/session', '/docs.css', '/sign-in']

/** One answer of every status that there is, from every kind of route; those that Node's parser gives among them. */
export async function answersOfEveryStatus(): Promise<Seen[]> {
  const settings = { LOGIN_LIMIT_ACCOUNT_CLIENT: '2', BYPASS_AUTH: 'true' }
  const server = await startServer(settings, undefined, { auth: () => [failing] })
  server.deps.logger.silent = true
  const seen: Seen[] = []

  async function collect([status, request, init]: Request) {
    const [method = '', path = ''] = request.split(' ')
    const answer = await fetch(server.url + path, { method, redirect: 'manual', ...init })
    expect({ request, status: answer.status }).toEqual({ request, status })
    const headers = Object.fromEntries(answer.headers)
    seen.push({ title: request, status, headers, text: await answer.text() })
    return headers
  }

  await server.register()
  for (const request of ANONYMOUS) await collect(request)
  const { cookie } = await server.signIn()
  for (const [status, request] of SIGNED_IN) await collect([status, request, { headers: { Cookie: cookie } }])
  for (const path of UNCHANGED) {
    const { etag = '' } = await collect([200, `GET ${path}`, { headers: { Cookie: cookie } }])
    // Without a Cache-Control of ours, fetch would add one that asks for a fresh answer.
    const conditional = { Cookie: cookie, 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }
    await collect([304, `GET ${path}`, { headers: conditional }])
  }
  await server.rows('ALTER TABLE "Users" RENAME TO "UsersGone"')
  await collect([503, 'POST /auth/login', json({ email: 'other@example.org', password: PASSWORD })])
  for (const bytes of ['nonsense\r\n\r\n', head('GET', '/', `X: ${'a'.repeat(20_000)}`)])
    seen.push({ title: 'parser', ...(await sendRaw(server.port, bytes)) })
  await server.close()
  return seen
}
