import { afterEach, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { createLink } from '../../src/links/links.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'
import { mailFor, waitingMails } from '../support/waiting-mails.ts'

const ALL_WAYS = 'password,passkey,email'
const { password: _, ...WITHOUT_PASSWORD } = ADA

let server: TestServer
let mailbox: Mailbox | undefined
afterEach(async () => {
  await server.close()
  await mailbox?.close()
  mailbox = undefined
})

async function start(settings: Record<string, string>) {
  server = await startServer(settings)
}

const post = (path: string, body: object, browser = server.agent()) => browser.post(path).send(body)
const codeIn = (text: string) => /\d{4} \d{4}/.exec(text)?.[0] ?? ''

test('is off unless SIGN_IN_WITH names it', async () => {
  await start({})
  for (const path of ['email', 'email/code', 'email/link'])
    expectProblem(await post(`/auth/login/${path}`, { email: ADA.email }), 403, 'sign_in_way_disabled')
})

describe('6.3.1 limits', () => {
  test('on wrong codes count for the account: asking for another email does not buy more of them', async () => {
    await start({ SIGN_IN_WITH: ALL_WAYS, LOGIN_LIMIT_ACCOUNT: '7' })
    await server.register()
    for (const email of [ADA.email, 'nobody@example.org']) {
      const statuses = []
      for (let round = 0; round < 2; round++) {
        const browser = server.agent()
        await post('/auth/login/email', { email }, browser).expect(202)
        await server.deps.delayed.finish()
        for (let at = 0; at < 4; at++)
          statuses.push((await post('/auth/login/email/code', { code: '00000000' }, browser)).status)
      }
      expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 422, 429])
    }
  })

  test('on wrong codes count for the client', async () => {
    await start({ SIGN_IN_WITH: ALL_WAYS, LOGIN_LIMIT_CLIENT: '2' })
    const statuses = []
    for (let at = 0; at < 3; at++) statuses.push((await post('/auth/login/email/code', { code: '00000000' })).status)
    expect(statuses).toEqual([422, 422, 429])
  })

  test('on emails count every address', async () => {
    await start({ SIGN_IN_WITH: ALL_WAYS, MAIL_LIMIT_ADDRESS: '1' })
    await server.register()
    for (const email of [ADA.email, 'nobody@example.org']) {
      await post('/auth/login/email', { email }).expect(202)
      expectProblem(await post('/auth/login/email', { email }), 429, 'too_many_requests')
    }
  })
})

describe('without passkeys', () => {
  test('none signs in', async () => {
    await start({ SIGN_IN_WITH: 'password' })
    expectProblem(await post('/auth/login/passkey/options', {}), 403, 'sign_in_way_disabled')
    expectProblem(await post('/auth/login/passkey', {}), 403, 'sign_in_way_disabled')
  })
})

describe('without passwords', () => {
  const SETTINGS = { SIGN_IN_WITH: 'passkey,email', BASE_URL: 'http://localhost:3000' }

  test('everything about passwords is refused with one code', async () => {
    await start(SETTINGS)
    const { email } = ADA
    for (const [path, body] of [
      ['/auth/login', { email, password: PASSWORD }],
      ['/auth/forgot-password', { email }],
      ['/auth/reset-password', { token: 'any', password: PASSWORD }],
    ] as const)
      expectProblem(await post(path, body), 403, 'sign_in_way_disabled')
    const browser = await registered()
    const change = { currentPassword: PASSWORD, newPassword: BOB.password }
    expectProblem(await post('/auth/change-password', change, browser), 403, 'sign_in_way_disabled')
    expectProblem(await post('/auth/reauthenticate', { password: PASSWORD }, browser), 403, 'sign_in_way_disabled')
  })

  test('a registration has none, and the email leads in', async () => {
    mailbox = await startMailbox()
    await start({ ...SETTINGS, ...mailbox.settings })
    const refused = expectProblem(await post('/auth/register', ADA), 422, 'validation_failed')
    expect(refused.errors).toMatchObject([{ pointer: '#/password', code: 'not_used' }])
    const browser = server.agent()
    await post('/auth/register', { ...WITHOUT_PASSWORD, username: 'ada' }, browser).expect(202)
    const code = codeIn((await nextMail(ADA.email)).text)
    const { body } = await post('/auth/login/email/code', { code }, browser).expect(200)
    expect(body.user).toMatchObject({ email: ADA.email, emailVerified: true, username: 'ada' })
    expect(await User.findOne()).toMatchObject({ passwordHash: null, pendingRegistration: null })
  })

  test('6.3.8 a registration of a known address sends its owner an email to sign in with, and changes nothing', async () => {
    mailbox = await startMailbox()
    await start({ ...SETTINGS, ...mailbox.settings })
    await User.create({ ...BOB, username: null, passwordHash: null, emailVerifiedAt: new Date() })
    const browser = server.agent()
    await post('/auth/register', { ...WITHOUT_PASSWORD, email: BOB.email }, browser).expect(202)
    const { text } = await nextMail(BOB.email)
    expect(text).toContain(`Hello ${BOB.name}`)
    const { body } = await post('/auth/login/email/code', { code: codeIn(text) }, browser).expect(200)
    expect(body.user.name).toBe(BOB.name)
  })

  test('the set-up link makes an administrator who signs in by email', async () => {
    await start(SETTINGS)
    const token = (await createLink(SETTINGS.BASE_URL, 'setup')).split('#')[1]
    const browser = server.agent()
    await post('/auth/setup', { ...WITHOUT_PASSWORD, token }, browser).expect(201)
    const { body } = await signInByEmail(browser)
    expect(body.user.roles).toEqual(['admin'])
  })

  test("this wasn't me ends everything, and sends no link to a password", async () => {
    await start(SETTINGS)
    const browser = await registered()
    const second = server.agent()
    await signInByEmail(second)
    const { token } = await mailFor(server, ADA.email, 'new-device')
    await post('/auth/not-me', { token }).expect(200)
    for (const each of [browser, second]) await each.get('/auth/session').expect(401)
    expect((await waitingMails(server)).map(({ template }) => template)).not.toContain('reset-password')
    await signInByEmail(server.agent())
  })
})

async function registered() {
  const browser = server.agent()
  await post('/auth/register', WITHOUT_PASSWORD, browser).expect(201)
  await signInByEmail(browser)
  return browser
}

async function signInByEmail(browser: ReturnType<TestServer['agent']>) {
  await post('/auth/login/email', { email: ADA.email }, browser).expect(202)
  const { data } = await mailFor(server, ADA.email, 'sign-in')
  return await post('/auth/login/email/code', { code: 'code' in data ? data.code : '' }, browser).expect(200)
}

async function nextMail(to: string) {
  await server.deps.delayed.finish()
  if (!mailbox) throw new Error('this server has no mailbox')
  return await mailbox.next(to)
}
