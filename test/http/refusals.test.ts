import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { type ApiClient, apiClient } from '../support/api-client.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let ada: ApiClient
let browser: Awaited<ReturnType<TestServer['signIn']>>
let lines: Record<string, unknown>[] = []
beforeAll(async () => {
  server = await startServer({ LOGIN_LIMIT_ACCOUNT_CLIENT: '3' })
  await server.register()
  await server.register(BOB)
  ada = await apiClient(server, ADA)
  browser = await server.signIn()
})
afterAll(() => server.close())
beforeEach(() => {
  lines = []
  function note(message: string, rest: object) {
    if (message === 'request refused') lines.push(rest as Record<string, unknown>)
    return server.deps.logger
  }
  vi.spyOn(server.deps.logger, 'info').mockImplementation(note as never)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const eventsNamed = async (event: string) => AuditEventRow.findAll({ where: { event } })
async function idOf(email: string) {
  return (await server.rows<{ id: string }>(`SELECT "id" FROM "Users" WHERE "email" = '${email}'`))[0]?.id
}

describe('16.3.2 16.3.3 a refusal that may tell of an attack leaves a log line', () => {
  test('a missing permission, with an event of the person', async () => {
    await ada.send('get', '/users').expect(403)
    const userId = await idOf(ADA.email)
    expect(lines).toEqual([expect.objectContaining({ code: 'forbidden', path: '/api/v1/users', userId })])
    const [event, ...more] = await eventsNamed('authz_fail')
    expect(event).toMatchObject({ userId, actorId: userId })
    expect(more).toEqual([])
  })

  test('one more within the minute is logged and adds no event', async () => {
    await ada.send('get', '/users').expect(403)
    expect(lines).toHaveLength(1)
    expect(await eventsNamed('authz_fail')).toHaveLength(1)
  })

  test('an unknown field, with an event of the person', async () => {
    await browser.browser.patch('/auth/profile').send({ name: 'Ada', isAdmin: true }).expect(422)
    expect(lines).toEqual([expect.objectContaining({ code: 'validation_failed', path: '/auth/profile' })])
    expect(await eventsNamed('malicious_extraneous')).toHaveLength(1)
  })

  test('a mistyped field does not', async () => {
    await browser.browser.patch('/auth/profile').send({ name: '' }).expect(422)
    expect(lines).toEqual([])
  })

  test('a made-up token', async () => {
    await supertest(server.url).get('/api/v1/me').set('Authorization', 'Bearer lk_pat_nothing').expect(401)
    expect(lines).toEqual([expect.objectContaining({ code: 'invalid_token', userId: null })])
  })

  test('a forged cookie, and no other missing sign-in', async () => {
    const name = server.deps.cookie.name
    await supertest(server.url).get('/auth/profile').expect(401)
    expect(lines).toEqual([])
    await supertest(server.url).get('/auth/profile').set('Cookie', `${name}=s%3Aforged.signature`).expect(401)
    expect(lines).toEqual([expect.objectContaining({ forgedCookie: true, path: '/auth/profile' })])
  })

  test('a request from another site', async () => {
    const { cookie } = browser
    await supertest(server.url)
      .post('/auth/logout')
      .set('Cookie', cookie)
      .set('Origin', 'https://evil.example')
      .expect(403)
    expect(lines).toEqual([expect.objectContaining({ code: 'cross_site_request' })])
  })

  test('credentials in the URL, without them', async () => {
    await supertest(server.url).post('/auth/login?password=hunter2').send({}).expect(400)
    expect(lines).toEqual([expect.objectContaining({ code: 'credentials_in_url', path: '/auth/login' })])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  test('a limit at sign-in, with an event of the account that was tried, known or not', async () => {
    for (const email of [BOB.email, 'nobody@example.org']) {
      const attempt = () => supertest(server.url).post('/auth/login').send({ email, password: 'wrong wrong wrong' })
      for (let tries = 0; tries < 3; tries++) await attempt().expect(401)
      await attempt().expect(429)
    }
    expect(lines.filter(({ code }) => code === 'too_many_requests')).toHaveLength(2)
    const named = (await eventsNamed('authn_login_fail_max')).map(({ userId, actorId }) => ({ userId, actorId }))
    expect(named).toEqual([
      { userId: await idOf(BOB.email), actorId: null },
      { userId: null, actorId: null },
    ])
  })
})
