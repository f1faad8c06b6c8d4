import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { PrincipalSchema } from '../../src/sessions/describe.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, startServer, type TestServer } from '../support/harness.ts'

test('6.3.4 it is off unless switched on, with a token or without', async () => {
  const server = await startServer()
  await server.register({ ...ADA, username: 'ada' })
  for (const query of ['', '?token=ada', '?token=newcomer']) {
    const answer = await supertest(server.url).get(`/auth/bypass${query}`)
    expect(expectProblem(answer, 401, 'bypass_disabled').error).toBe('Bypass is disabled')
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  expect(await server.rows('SELECT 1 FROM "Sessions"')).toEqual([])
  expect(await server.rows('SELECT 1 FROM "Users"')).toHaveLength(1)
  await server.close()
})

describe('switched on', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ BYPASS_AUTH: 'true' })
    await server.register({ ...ADA, username: 'ada' })
  })
  afterAll(() => server.close())

  const bypass = (token: string, accept = 'application/json') =>
    supertest(server.url).get('/auth/bypass').query({ token }).set('Accept', accept)

  test('a program gets the user as JSON and a session that says how it came about', async () => {
    const browser = server.agent()
    const answer = await browser.get('/auth/bypass?token=ada').set('Accept', 'application/json').expect(200)
    expect(PrincipalSchema.parse(answer.body)).toMatchObject({ email: ADA.email, roles: ['user'] })
    expect((await browser.get('/auth/session').expect(200)).body.factors).toEqual(['bypass'])
  })

  test('a browser is signed in and sent to /', async () => {
    const answer = await bypass('ada', 'text/html,application/xhtml+xml,*/*;q=0.8').expect(302)
    expect(answer.headers.location).toBe('/')
    expect(cookiesOf(answer).has('connect.sid')).toBe(true)
  })

  test('an unknown user is made without roles and without a password, once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => bypass('Newcomer')))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(answers[0]?.body).toMatchObject({ username: 'newcomer', roles: [] })
    const [row] = await server.rows(`SELECT "passwordHash" FROM "Users" WHERE "username" = 'newcomer'`)
    expect(row).toEqual({ passwordHash: null })
  })

  test.each(['', '?token='])('a request without a token is refused: /auth/bypass%s', async query => {
    expectProblem(await supertest(server.url).get(`/auth/bypass${query}`), 400, 'missing_token')
  })

  test('a disabled user is refused', async () => {
    await bypass('gone').expect(200)
    await User.update({ disabledAt: new Date() }, { where: { username: 'gone' } })
    expectProblem(await bypass('gone'), 401, 'invalid_credentials')
  })

  test.each(['a', '-dash', 'with space', 'nobody@example.org', 'x'.repeat(100)])(
    '%s cannot be a user name',
    async token => {
      expectProblem(await bypass(token), 401, 'invalid_credentials')
    },
  )

  test.each(['?token=a%00b', '?token=ada&token=bob', `?token=${'x'.repeat(9000)}`, '?token=a%0d%0ab'])(
    '2.2.1 %s is refused',
    async query => {
      expectProblem(await supertest(server.url).get(`/auth/bypass${query}`), 422, 'validation_failed')
    },
  )
})
