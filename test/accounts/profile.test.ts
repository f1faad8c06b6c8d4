import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hours } from '../../src/durations.ts'
import { PrincipalSchema } from '../../src/sessions/describe.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register({ ...ADA, username: 'ada' })
  await server.register(BOB)
})
afterAll(() => server.close())

const rowOf = async (email: string) => (await server.rows(`SELECT * FROM "Users" WHERE "email" = '${email}'`))[0]

describe('who is signed in', () => {
  test('15.3.1 sees the own profile and nothing that is internal', async () => {
    const { browser } = await server.signIn()
    const { body } = await browser.get('/auth/profile').expect(200)
    expect(PrincipalSchema.parse(body)).toMatchObject({ email: ADA.email, username: 'ada', roles: ['user'] })
  })

  test('is welcome on the dashboard', async () => {
    const { browser } = await server.signIn()
    const { body } = await browser.get('/auth/dashboard').expect(200)
    expect(body).toEqual({ message: 'Welcome to dashboard', userId: expect.any(String), email: ADA.email })
  })

  test('changes the own name, and every session of theirs says so at the next request', async () => {
    const [here, there] = [await server.signIn(BOB), await server.signIn(BOB)]
    await there.browser.get('/auth/session').expect(200)
    const { body } = await here.browser.patch('/auth/profile').send({ name: '  Robert Kahn ' }).expect(200)
    expect(PrincipalSchema.parse(body).name).toBe('Robert Kahn')
    for (const { browser } of [here, there]) {
      expect((await browser.get('/auth/session').expect(200)).body.user.name).toBe('Robert Kahn')
      expect((await browser.get('/auth/profile').expect(200)).body.name).toBe('Robert Kahn')
    }
    expect(await rowOf(ADA.email)).toMatchObject({ name: ADA.name })
  })

  test.each([
    '<img src=x onerror=alert(1)>',
    '{{7*7}} <%= 7*7 %> %s %d',
    `Robert'); DROP TABLE "Users";--`,
    '李 雷 🎻',
  ])('1.2.4 1.3.7 1.3.10 the name %s is text, kept as it is', async name => {
    const { browser } = await server.signIn()
    await browser.patch('/auth/profile').send({ name }).expect(200)
    expect((await browser.get('/auth/profile').expect(200)).body.name).toBe(name)
    expect(await rowOf(ADA.email)).toMatchObject({ name })
  })
})

describe('8.2.3 a profile change reaches no other field', () => {
  test.each([
    { role: 'admin' },
    { roles: ['admin'] },
    { isAdmin: true },
    { id: '00000000-0000-4000-8000-000000000000' },
    { email: 'new@example.org' },
    { username: 'root' },
    { passwordHash: 'x' },
    { disabledAt: null },
    { createdAt: '2020-01-01' },
    { permissions: ['users:read'] },
  ])('%j', async extra => {
    const { browser } = await server.signIn()
    const before = await rowOf(ADA.email)
    const answer = await browser.patch('/auth/profile').send({ name: 'Eve', ...extra })
    const problem = expectProblem(answer, 422, 'validation_failed')
    expect(problem.errors).toMatchObject([{ pointer: `#/${Object.keys(extra)[0]}`, code: 'unknown_field' }])
    expect(await rowOf(ADA.email)).toEqual(before)
  })
})

describe('a change of the address that waits', () => {
  const EVE = { email: 'eve@example.org', name: 'Eve', password: PASSWORD }
  const NEW = 'eve@new.example.org'

  test('is shown to its owner until it is confirmed or cancelled, and the link in its mail is void then', async () => {
    await server.register(EVE)
    const { browser } = await server.signIn(EVE)
    const none = { email: null, expires: null }
    expect((await browser.get('/auth/change-email').expect(200)).body).toEqual(none)
    await browser.post('/auth/change-email').send({ email: NEW }).expect(202)
    const { body } = await browser.get('/auth/change-email').expect(200)
    expect(body).toEqual({ email: NEW, expires: expect.any(String) })
    expect(Date.parse(body.expires)).toBeGreaterThan(Date.now() + hours(23))
    await browser.delete('/auth/change-email').expect(200)
    expect((await browser.get('/auth/change-email').expect(200)).body).toEqual(none)
    expectProblem(await browser.delete('/auth/change-email'), 404, 'not_found')
    const { token } = await mailFor(server, NEW, 'confirm-new-email')
    expectProblem(await supertest(server.url).post('/auth/confirm-email').send({ token }), 403, 'invalid_link')
  })

  test('is nobody else’s to see or cancel', async () => {
    const [mine, other] = [await server.signIn(EVE), await server.signIn(BOB)]
    await mine.browser.post('/auth/change-email').send({ email: NEW }).expect(202)
    expect((await other.browser.get('/auth/change-email').expect(200)).body.email).toBeNull()
    await other.browser.delete('/auth/change-email').expect(404)
    expect((await mine.browser.get('/auth/change-email').expect(200)).body.email).toBe(NEW)
  })
})

test.each(['/auth/session', '/auth/profile', '/auth/dashboard', '/auth/sessions'])(
  '8.2.1 %s is refused to nobody in particular',
  async path => {
    const answer = await supertest(server.url).get(path)
    expect(expectProblem(answer, 401, 'authentication_required').error).toBe('Authentication required')
  },
)
