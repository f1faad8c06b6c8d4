import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { minutes } from '../../src/durations.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails } from '../support/waiting-mails.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100' })
  await server.register(BOB)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: ADA.email } })
  await server.register()
  await noMails()
})

type Browser = ReturnType<TestServer['agent']>
const remove = (browser: Browser, email = ADA.email) => browser.post('/auth/delete-account').send({ email })
async function afterTheProof(work: () => Promise<void>) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes(5) + 1000 })
  try {
    await work()
  } finally {
    vi.useRealTimers()
  }
}

describe('deleting my account', () => {
  test('takes everything of it: no sign-in, no session, no link, and the address is free again', async () => {
    const { browser } = await server.signIn()
    const other = await server.signIn()
    const answer = await remove(browser).expect(200)
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"')
    await browser.get('/auth/session').expect(401)
    await other.browser.get('/auth/session').expect(401)
    await other.browser.get('/auth/profile').expect(401)
    await supertest(server.url).post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(401)
    expect(await server.rows('SELECT 1 FROM "OneTimeLinks" WHERE "purpose" = \'verify-email\'')).toHaveLength(1)
    await mailFor(server, ADA.email, 'account-deleted')
    await server.register()
  })

  test('wants the address once more, and another one deletes nothing', async () => {
    const { browser } = await server.signIn()
    const problem = expectProblem(await remove(browser, BOB.email), 422, 'validation_failed')
    expect(problem.errors?.[0]?.pointer).toBe('#/email')
    await browser.get('/auth/session').expect(200)
    expect(await User.count()).toBe(2)
  })

  test('7.5.3 needs a recent proof', async () => {
    const { browser } = await server.signIn()
    await afterTheProof(async () => void expectProblem(await remove(browser), 403, 'reauthentication_required'))
  })

  test('is refused to the last administrator', async () => {
    const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    await ada.addRole(await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true }))
    const { browser } = await server.signIn()
    expectProblem(await remove(browser), 409, 'last_administrator')
    await browser.get('/auth/session').expect(200)
  })

  test('leaves what the log of security events says of it', async () => {
    const { browser } = await server.signIn()
    const { id } = (await browser.get('/auth/profile').expect(200)).body
    await remove(browser).expect(200)
    const events = await server.rows<{ event: string }>(`SELECT "event" FROM "AuditEvents" WHERE "userId" = '${id}'`)
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['user_created', 'user_deleted']))
  })
})

describe('exporting my data', () => {
  test('gives what is kept of me and of nobody else, without a secret', async () => {
    const { browser, cookie } = await server.signIn()
    await server.signIn(BOB)
    const answer = await browser.get('/auth/export').expect(200)
    expect(answer.headers['content-disposition']).toBe('attachment; filename=account.json')
    expect(answer.body).toMatchObject({ account: { email: ADA.email, name: ADA.name }, sessions: [{}] })
    const events = answer.body.activity.map(({ event }: { event: string }) => event)
    expect(events).toContain('user_created')
    const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    for (const secret of [ada.passwordHash ?? '', decodeURIComponent(cookie).slice(20, 50), BOB.email, 'passwordHash'])
      expect(answer.text).not.toContain(secret)
  })

  test('7.5.3 needs a recent proof', async () => {
    const { browser } = await server.signIn()
    await afterTheProof(
      async () => void expectProblem(await browser.get('/auth/export'), 403, 'reauthentication_required'),
    )
  })
})

describe('"this wasn’t me"', () => {
  async function notice() {
    const { browser } = await server.signIn()
    const newPassword = 'a dozen purple umbrellas leaning'
    await browser.post('/auth/change-password').send({ currentPassword: ADA.password, newPassword }).expect(200)
    return { browser, token: (await mailFor(server, ADA.email, 'password-changed')).token, newPassword }
  }
  const report = (token: string) => supertest(server.url).post('/auth/not-me').send({ token })

  test('works signed out: ends every session, takes the password away and sends a reset link', async () => {
    const { browser, token, newPassword } = await notice()
    await report(token).expect(200)
    expect((await browser.get('/auth/session')).body).toMatchObject({ status: 401, reason: 'reported' })
    const login = { email: ADA.email, password: newPassword }
    await supertest(server.url).post('/auth/login').send(login).expect(401)
    const reset = await mailFor(server, ADA.email, 'reset-password')
    const password = 'forty wooden spoons in a drawer'
    await supertest(server.url).post('/auth/reset-password').send({ token: reset.token, password }).expect(200)
    await server.signIn({ ...ADA, password })
  })

  test('works once, also of 50 at the same moment', async () => {
    const { token } = await notice()
    const answers = await Promise.all(Array.from({ length: 50 }, () => report(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expectProblem(await report(token), 403, 'invalid_link')
  })

  test('3.5.3 does nothing when a mail scanner follows the link', async () => {
    const { browser, token } = await notice()
    await supertest(server.url).get(`/auth/not-me?token=${token}`).expect(405)
    await browser.get('/auth/session').expect(200)
  })
})
