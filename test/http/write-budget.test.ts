import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpointsOf } from '../../src/app.ts'
import { accessToken, asBearer, makeAdmin, personalToken } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { statementsOf } from '../support/statements.ts'

const USER = 6
const ADMIN = 12

describe('2.4.1 the budget for writes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ WRITE_LIMIT_USER: String(USER), WRITE_LIMIT_ADMIN: String(ADMIN) })
  })
  afterAll(() => server.close())

  let next = 1
  /** A user of their own for each test, so that no count is shared. */
  async function newcomer() {
    const person = { ...BOB, email: `writer${next++}@example.org` }
    await server.register(person)
    const signedIn = await server.signIn(person)
    return { person, ...signedIn, rename: () => signedIn.browser.patch('/auth/profile').send({ name: 'Bob' }) }
  }
  type Newcomer = Awaited<ReturnType<typeof newcomer>>

  async function useUp({ rename }: Newcomer, before = 0) {
    for (let written = before; written < USER; written++) await rename().expect(200)
  }

  test('a user writes so often in a minute, then waits; others go on', async () => {
    const user = await newcomer()
    await useUp(user)
    const refused = await user.rename()
    expectProblem(refused, 429, 'too_many_requests')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
    await (await newcomer()).rename().expect(200)
  })

  test('all sessions and tokens of a user share it', async () => {
    const user = await newcomer()
    const other = await server.signIn(user.person)
    await user.rename().expect(200)
    const { token } = await personalToken(server, user.cookie)
    await other.browser.patch('/auth/profile').send({ name: 'Bob' }).expect(200)
    for (let written = 3; written < USER; written++)
      await supertest(server.url).post('/api/v1/users').set(asBearer(token)).send({}).expect(403)
    expectProblem(await other.browser.patch('/auth/profile').send({ name: 'Bob' }), 429, 'too_many_requests')
    const { body } = await supertest(server.url).post('/api/v1/users').set(asBearer(token)).send({}).expect(429)
    expect(body.code).toBe('too_many_requests')
  })

  test('it is as wide as WRITE_LIMIT_ADMIN for administrators', async () => {
    const user = await newcomer()
    await makeAdmin(user.person)
    for (let written = 0; written < ADMIN; written++) await user.rename().expect(200)
    expectProblem(await user.rename(), 429, 'too_many_requests')
  })

  test('reads are not counted, and run no SQL for it', async () => {
    const user = await newcomer()
    const token = await accessToken(server, user.cookie)
    await useUp(user, 1)
    async function read() {
      for (let asked = 0; asked < 2 * USER; asked++) {
        await user.browser.get('/auth/session').expect(200)
        await supertest(server.url).get('/api/v1/me').set(asBearer(token)).expect(200)
      }
    }
    await expect.poll(() => statementsOf(read), { timeout: 30_000 }).toEqual([])
  })

  test('a refused write runs no SQL once the event of it is recorded', async () => {
    const user = await newcomer()
    await useUp(user)
    await user.rename().expect(429)
    await expect
      .poll(() => statementsOf(async () => void (await user.rename().expect(429))), { timeout: 30_000 })
      .toEqual([])
    const events = await server.rows<{ event: string }>(
      `SELECT "event" FROM "AuditEvents" WHERE "event" = 'excess_rate_limit_exceeded'
       AND "userId" = (SELECT "id" FROM "Users" WHERE "email" = '${user.person.email}')`,
    )
    expect(events).toHaveLength(1)
  })

  test('whoever uses it up cannot keep the owner from signing them out', async () => {
    const thief = await newcomer()
    const { token, id } = await personalToken(server, thief.cookie)
    await useUp(thief, 1)
    await thief.rename().expect(429)
    const owner = await server.signIn(thief.person)
    await owner.browser.delete(`/auth/tokens/${id}`).expect(200)
    await owner.browser.delete('/auth/sessions').expect(200)
    await thief.rename().expect(401)
    await supertest(server.url).get('/api/v1/me').set(asBearer(token)).expect(401)
    await owner.browser.post('/auth/logout').expect(200)
  })
})

describe('2.4.1 what is open to everybody', () => {
  const link = { token: 'x'.repeat(43) }
  /** A body that each operation takes, so that it is counted. */
  const BODIES: Record<string, object> = {
    'post /auth/register': { ...ADA, email: 'new@example.org' },
    'post /auth/setup': { ...ADA, ...link },
    'post /auth/setup/check': link,
    'post /auth/password-strength': { password: PASSWORD },
    'post /auth/login': { email: ADA.email, password: 'wrong' },
    'post /auth/login/passkey/options': {},
    'post /auth/login/passkey': {
      credential: {
        id: 'AAAA',
        rawId: 'AAAA',
        type: 'public-key',
        response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
      },
    },
    'post /auth/login/email': { email: ADA.email },
    'post /auth/login/email/code': { code: '12345678' },
    'post /auth/login/email/link': link,
    'post /auth/verify-email': link,
    'post /auth/forgot-password': { email: ADA.email },
    'post /auth/reset-password': { ...link, password: PASSWORD },
    'post /auth/confirm-email': link,
    'post /auth/undo-email-change': link,
    'post /auth/not-me': link,
    'post /auth/register/provider': {},
    'post /auth/oidc/:provider/callback': { state: 'x' },
    'post /auth/oidc/:provider/backchannel-logout': { logout_token: 'x' },
    'post /auth/cas': { logoutRequest: 'x' },
    'post /auth/tokens/report': { token: 'lk_pat_unknown' },
  }
  const LIMIT = 30

  let server: TestServer
  beforeAll(async () => {
    const names = ['LOGIN_LIMIT_CLIENT', 'LOGIN_LIMIT_REGISTER', 'MAIL_LIMIT_CLIENT', 'LINK_LIMIT_CLIENT']
    const limits = Object.fromEntries(names.map(name => [name, String(LIMIT)]))
    server = await startServer({ ...limits, SIGN_IN_WITH: 'password,passkey,email' })
  })
  afterAll(() => server.close())

  test('is every unsafe operation without a sign-in, and each is in the table', () => {
    const { api, auth, index } = endpointsOf(server.deps)
    const open = [...api, ...auth, ...index].filter(({ method, access }) => method !== 'get' && access === 'public')
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(BODIES).sort())
  })

  test.each(Object.entries(BODIES))('%s is refused with 429 beyond its limit', async (operation, body) => {
    const path = operation.slice('post '.length)
    const statuses = new Set<number>()
    const type = /\/(oidc|cas)\b/.test(path) ? 'form' : 'json'
    for (let sent = 0; sent <= LIMIT; sent++)
      statuses.add((await supertest(server.url).post(path.replace(':provider', 'corp')).type(type).send(body)).status)
    expect([...statuses]).not.toContain(422)
    expect([...statuses].at(-1)).toBe(429)
  })
})
