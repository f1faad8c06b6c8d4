import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails } from '../support/waiting-mails.ts'

const NEXT = 'a dozen purple umbrellas leaning'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100' })
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: ADA.email } })
  await server.register()
  await noMails()
})

const login = (password: string) => supertest(server.url).post('/auth/login').send({ email: ADA.email, password })
function change(browser: ReturnType<TestServer['agent']>, body: object = {}) {
  return browser.post('/auth/change-password').send({ currentPassword: ADA.password, newPassword: NEXT, ...body })
}

describe('6.2.2 6.2.3 changing the password', () => {
  test('the new one signs in and the old one does not; the owner is told by mail', async () => {
    const { browser } = await server.signIn()
    await change(browser).expect(200)
    await login(ADA.password).expect(401)
    await login(NEXT).expect(200)
    expect((await mailFor(server, ADA.email, 'password-changed')).token).toHaveLength(43)
  })

  test('7.2.4 7.4.3 this session goes on under a new id, the old id is dead, all others are over', async () => {
    const { browser, cookie } = await server.signIn()
    const other = await server.signIn()
    await change(browser).expect(200)
    await browser.get('/auth/session').expect(200)
    const replay = await supertest(server.url).get('/auth/session').set('Cookie', cookie)
    expect(replay.body).toMatchObject({ status: 401, reason: 'replaced' })
    const elsewhere = await other.browser.get('/auth/profile')
    expect(elsewhere.body).toMatchObject({ status: 401, reason: 'password-changed' })
  })

  test('the others stay where that is asked for', async () => {
    const { browser } = await server.signIn()
    const other = await server.signIn()
    await change(browser, { endOthers: false }).expect(200)
    await other.browser.get('/auth/profile').expect(200)
  })

  test.each([
    ['missing', { currentPassword: undefined }, 422],
    ['null', { currentPassword: null }, 422],
    ['a list', { currentPassword: [ADA.password] }, 422],
    ['empty', { currentPassword: '' }, 422],
    ['wrong', { currentPassword: `${ADA.password}x` }, 401],
  ])('with the current one %s changes nothing', async (_what, body, status) => {
    const { browser } = await server.signIn()
    const other = await server.signIn()
    const answer = await change(browser, body)
    expect(answer.status).toBe(status)
    await login(ADA.password).expect(200)
    await other.browser.get('/auth/session').expect(200)
  })

  test('2.2.3 to the same one, or one against the rules, is refused at its field', async () => {
    const { browser } = await server.signIn()
    for (const newPassword of [ADA.password, 'short', ADA.email]) {
      const problem = expectProblem(await change(browser, { newPassword }), 422, 'validation_failed')
      expect(problem.errors?.map(({ pointer }) => pointer)).toContain('#/newPassword')
    }
  })

  test('6.2.8 the two forms of one accented letter are the same password', async () => {
    const composed = 'seven green bicycles at the caf\u00e9'
    const { browser } = await server.signIn()
    await change(browser, { newPassword: composed }).expect(200)
    const again = { currentPassword: 'seven green bicycles at the cafe\u0301', newPassword: composed }
    expectProblem(await change(browser, again), 422, 'validation_failed')
  })

  test('15.4.2 of parallel changes that were proven by the same password one wins, and its password counts', async () => {
    const browsers = await Promise.all(Array.from({ length: 8 }, () => server.signIn()))
    const passwords = browsers.map((_, index) => `number ${index} of some purple umbrellas`)
    const answers = await Promise.all(
      browsers.map(({ browser }, index) => change(browser, { newPassword: passwords[index] })),
    )
    const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
    expect(winners).toHaveLength(1)
    await login(passwords[winners[0] ?? 0] ?? '').expect(200)
  })
})
