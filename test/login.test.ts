import { sign } from 'cookie-signature'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { days, hours, seconds } from '../configs/durations.ts'
import { User } from '../models/user.ts'
import { expectProblem } from './expect-problem.ts'
import { ADA, BOB, cookiesOf, PASSWORD, sidOf, startServer, type TestServer } from './harness.ts'

const NAME = 'connect.sid'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register({ ...ADA, username: 'ada' })
  await server.register(BOB)
})
afterAll(() => server.close())

const login = (body: object, cookie = '') => supertest(server.url).post('/auth/login').set('Cookie', cookie).send(body)
const whoAmI = (cookie: string) => supertest(server.url).get('/auth/session').set('Cookie', cookie)
const cookieValue = (answer: { headers: Record<string, unknown> }) => cookiesOf(answer).get(NAME)?.value ?? ''
const sessionRow = async (sid: string) =>
  (await server.rows<Record<string, string>>(`SELECT * FROM "Sessions" WHERE "sid" = '${sid}'`))[0]
const countOf = async (table: string) => (await server.rows(`SELECT 1 FROM "${table}"`)).length

describe('signing in', () => {
  test.each([
    { email: ADA.email },
    { email: '  ADA@Example.ORG ' },
    { email: 'ada@ｅxample.org' },
    { username: 'ada' },
    { username: 'ADA' },
  ])('%j in any spelling of one identifier is one account', async name => {
    const { body } = await login({ ...name, password: PASSWORD }).expect(200)
    expect(body.message).toBe('Logged in successfully')
    expect(body.user).toEqual({
      id: expect.any(String),
      email: ADA.email,
      username: 'ada',
      name: ADA.name,
      roles: ['user'],
    })
  })

  test('neither email nor username, or both, is refused', async () => {
    expectProblem(await login({ password: PASSWORD }), 422, 'validation_failed')
    expectProblem(await login({ email: ADA.email, username: 'ada', password: PASSWORD }), 422, 'validation_failed')
  })

  test('8.3.2 the session holds a user id and facts of authentication, no name, role or password', async () => {
    const answer = await login({ email: ADA.email, password: PASSWORD })
    const row = await sessionRow(sidOf(cookieValue(answer)))
    expect(JSON.parse(row?.data ?? '')).toEqual({
      auth: { at: expect.any(Number), factors: ['password'] },
      passport: { user: answer.body.user.id },
    })
  })

  test.each([
    ['without rememberMe 24 hours', {}, hours(24)],
    ['with rememberMe false 24 hours', { rememberMe: false }, hours(24)],
    ['with rememberMe 30 days', { rememberMe: true }, days(30)],
  ])('7.3.2 %s, in Set-Cookie and in the row alike', async (_title, option, lifetime) => {
    const answer = await login({ email: ADA.email, password: PASSWORD, ...option })
    const cookie = cookiesOf(answer).get(NAME)
    const row = await sessionRow(sidOf(cookie?.value ?? ''))
    const end = Date.now() + lifetime
    const near = (time: number | string | undefined) => Math.abs(new Date(time ?? 0).getTime() - end) < seconds(10)
    expect(near(cookie?.attributes.get('expires'))).toBe(true)
    expect(near(row?.absoluteExpires)).toBe(true)
    expect(near(row?.expires)).toBe(true)
  })
})

describe('6.3.2 there is no default account', () => {
  test.each(['admin', 'root', 'sa', 'administrator', 'guest', 'test', 'user', 'latchkey'])('%s', async username => {
    for (const password of [username, 'password', 'admin', 'changeme', '123456'])
      expectProblem(await login({ username, password }), 401, 'invalid_credentials')
  })
})

describe('6.3.8 which accounts exist does not show', () => {
  test('an unknown, a wrong, a disabled and a password-less account get the same status, headers and body', async () => {
    await server.register({ ...BOB, email: 'disabled@example.org' })
    await User.update({ disabledAt: new Date() }, { where: { email: 'disabled@example.org' } })
    await User.create({ email: 'bare@example.org', name: 'Bare', username: null, passwordHash: null })
    const emails = ['nobody@example.org', ADA.email, 'disabled@example.org', 'bare@example.org']
    const passwords = [PASSWORD, 'wrong', BOB.password, PASSWORD]
    const answers = await Promise.all(emails.map((email, at) => login({ email, password: passwords[at] })))
    const comparable = answers.map(({ status, headers, body }) => {
      const { date: _date, 'x-request-id': _id, etag: _etag, ...rest } = headers
      return { status, headers: rest, body: { ...body, instance: '' } }
    })
    expect(comparable[0]).toMatchObject({ status: 401, body: { error: 'Invalid credentials' } })
    for (const each of comparable) expect(each).toEqual(comparable[0])
  })

  test('a refused sign-in leaves no row and sets no cookie', async () => {
    const before = await countOf('Sessions')
    const answer = await login({ email: ADA.email, password: 'wrong' })
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await countOf('Sessions')).toBe(before)
  })
})

describe('7.2.4 no session id from before the sign-in is the one after it', () => {
  test('each sign-in makes a new id and ends the session that the browser came with', async () => {
    const first = cookieValue(await login({ email: ADA.email, password: PASSWORD }))
    const second = cookieValue(await login({ email: BOB.email, password: BOB.password }, `${NAME}=${first}`))
    expect(sidOf(second)).not.toBe(sidOf(first))
    const dead = expectProblem(await whoAmI(`${NAME}=${first}`), 401, 'authentication_required')
    expect(dead.reason).toBe('replaced')
    expect((await whoAmI(`${NAME}=${second}`).expect(200)).body.user.email).toBe(BOB.email)
  })

  test('a planted id is not adopted, not even with our signature', async () => {
    const planted = 'a'.repeat(32)
    const signed = `s:${sign(planted, server.env.SESSION_SECRET[0] ?? '')}`
    for (const cookie of [planted, `s:${planted}`, signed].map(value => `${NAME}=${encodeURIComponent(value)}`)) {
      const sid = sidOf(cookieValue(await login({ email: ADA.email, password: PASSWORD }, cookie)))
      expect(sid).toMatch(/^[\w-]{32}$/)
      expect(sid).not.toBe(planted)
      const anonymous = expectProblem(await whoAmI(cookie), 401, 'authentication_required')
      expect(anonymous.reason).toBeUndefined()
    }
    expect(await sessionRow(planted)).toBeUndefined()
  })

  test('7.2.1 a cookie with any one character changed is 401, not 500, on both ways to the session', async () => {
    const { cookie } = await server.signIn()
    const from = NAME.length + 1
    for (let at = from; at < cookie.length; at += 5) {
      const changed = `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`
      for (const path of ['/auth/session', '/auth/profile']) {
        const answer = await supertest(server.url).get(path).set('Cookie', changed)
        expectProblem(answer, 401, 'authentication_required')
      }
    }
    await whoAmI(cookie).expect(200)
  })

  test.each(['=', '=s:', '=s%3A.', '=%', '=%ff', '=s:__proto__.x', `=${'x'.repeat(9000)}`, `=s%3A' OR 1=1--.x`])(
    '7.2.1 the cookie value %s is 401',
    async value => {
      for (const path of ['/auth/session', '/auth/dashboard'])
        expectProblem(
          await supertest(server.url)
            .get(path)
            .set('Cookie', NAME + value),
          401,
          'authentication_required',
        )
    },
  )
})

describe('14.2.1 credentials in the URL are refused', () => {
  test.each(['email', 'username', 'identifier', 'password'])('%s, whatever the body says', async name => {
    const before = await countOf('Sessions')
    const answer = await supertest(server.url)
      .post(`/auth/login?${name}=${encodeURIComponent(ADA.email)}`)
      .send({ email: ADA.email, password: PASSWORD })
    expectProblem(answer, 400, 'credentials_in_url')
    expect(await countOf('Sessions')).toBe(before)
  })

  test('a session id counts in the cookie only', async () => {
    const { cookie } = await server.signIn()
    const value = cookie.slice(NAME.length + 1)
    const tries = [
      supertest(server.url).get(`/auth/session?${NAME}=${value}&sid=${value}`),
      supertest(server.url).get('/auth/session').set(NAME, decodeURIComponent(value)),
      supertest(server.url)
        .get('/auth/session')
        .set('Authorization', `Bearer ${decodeURIComponent(value)}`),
    ]
    for (const answer of await Promise.all(tries)) expectProblem(answer, 401, 'authentication_required')
  })
})
