import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { days, hours, seconds } from '../../src/durations.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, PASSWORD, sidOf, startServer, type TestServer } from '../support/harness.ts'

const NAME = 'connect.sid'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register({ ...ADA, username: 'ada' })
  await server.register(BOB)
})
afterAll(() => server.close())

const login = (body: object, cookie = '') => supertest(server.url).post('/auth/login').set('Cookie', cookie).send(body)
const cookieValue = (answer: { headers: Record<string, unknown> }) => cookiesOf(answer).get(NAME)?.value ?? ''
async function sessionRow(sid: string) {
  const [row] = await server.rows<Record<string, string>>(`SELECT * FROM "Sessions" WHERE "sid" = '${sid}'`)
  return row && ({ ...row, data: await server.contentOf(sid) } as Record<string, string | undefined>)
}
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
      emailVerified: false,
      username: 'ada',
      name: ADA.name,
      language: null,
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
      auth: { at: expect.any(Number), factors: ['password'], proofs: { password: expect.any(Number) } },
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

describe('14.2.1 credentials in the URL are refused', () => {
  test.each(['email', 'username', 'identifier', 'password'])('%s, whatever the body says', async name => {
    const before = await countOf('Sessions')
    const answer = await supertest(server.url)
      .post(`/auth/login?${name}=${encodeURIComponent(ADA.email)}`)
      .send({ email: ADA.email, password: PASSWORD })
    expectProblem(answer, 400, 'credentials_in_url')
    expect(await countOf('Sessions')).toBe(before)
  })
})
