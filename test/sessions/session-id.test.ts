import { sign } from 'cookie-signature'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, PASSWORD, sidOf, startServer, type TestServer } from '../support/harness.ts'

const NAME = 'connect.sid'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
})
afterAll(() => server.close())

const login = (body: object, cookie = '') => supertest(server.url).post('/auth/login').set('Cookie', cookie).send(body)
const whoAmI = (cookie: string) => supertest(server.url).get('/auth/session').set('Cookie', cookie)
const cookieValue = (answer: { headers: Record<string, unknown> }) => cookiesOf(answer).get(NAME)?.value ?? ''
async function sessionRow(sid: string) {
  return (await server.rows<Record<string, string>>(`SELECT * FROM "Sessions" WHERE "sid" = '${sid}'`))[0]
}

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

  test('7.2.1 a cookie that was accepted before is 401, not 500, with as many letters of more bytes', async () => {
    const { cookie } = await server.signIn()
    for (let asked = 0; asked < 3; asked++) await whoAmI(cookie).expect(200)
    expectProblem(await whoAmI(`${cookie.slice(0, -1)}%C3%A9`), 401, 'authentication_required')
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

test('14.2.1 a session id counts in the cookie only', async () => {
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
