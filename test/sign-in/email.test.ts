import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EmailSignIn } from '../../models/email-sign-in.ts'
import { User } from '../../models/user.ts'
import { EMAIL_SIGN_IN_LIFETIME, MOST_CODES } from '../../src/sign-in/email.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const ALL_WAYS = 'password,passkey,email'
const PARALLEL = 50

type Browser = ReturnType<TestServer['agent']>

let server: TestServer
let number = 0
beforeAll(async () => {
  server = await startServer({ SIGN_IN_WITH: ALL_WAYS, HASH_QUEUE: '1000' })
})
afterAll(() => server.close())

/** An account of its own whose address is verified. */
async function account(settings: Partial<User> = { emailVerifiedAt: new Date() }) {
  const email = `by-email-${++number}@example.org`
  await server.register({ ...ADA, email })
  await User.update(settings, { where: { email } })
  return email
}

const ask = (browser: Browser, email: string, options: object = {}) =>
  browser.post('/auth/login/email').send({ email, ...options })
const enterCode = (browser: Browser, code: string) => browser.post('/auth/login/email/code').send({ code })
const openLink = (browser: Browser, token: string) => browser.post('/auth/login/email/link').send({ token })
const whoIs = (browser: Browser) => browser.get('/auth/session')
/** Not this code, and like no other one in a test. */
const notThe = (code: string, at = 0) => String((Number(code) + 1 + at) % 1e8).padStart(8, '0')

async function sent(to: string) {
  const { data, token } = await mailFor(server, to, 'sign-in')
  return { token, code: 'code' in data ? data.code : '' }
}

/** A browser that asked, and what its email holds. */
async function asked(email: string, options: object = {}) {
  await noMails()
  const browser = server.agent()
  await ask(browser, email, options).expect(202)
  return { browser, ...(await sent(email)) }
}

describe('sign-in by email', () => {
  test('the code signs in, in the browser that asked, once', async () => {
    const email = await account()
    const { browser, code } = await asked(email)
    expect(code).toMatch(/^\d{8}$/)
    const { body } = await enterCode(browser, `${code.slice(0, 4)} ${code.slice(4)}`).expect(200)
    expect(body.user).toMatchObject({ email, emailVerified: true })
    expect((await whoIs(browser).expect(200)).body).toMatchObject({
      factors: ['email'],
      session: { remembered: false },
    })
    expectProblem(await enterCode(browser, code), 422, 'invalid_code')
  })

  test('the link signs in, for as long as was asked for, once', async () => {
    const email = await account()
    const { browser, token } = await asked(email, { rememberMe: true })
    await openLink(browser, token).expect(200)
    expect((await whoIs(browser).expect(200)).body.session.remembered).toBe(true)
    expectProblem(await openLink(browser, token), 403, 'invalid_link')
  })

  test('6.5.1 of 50 parallel tries one succeeds', async () => {
    for (const by of ['code', 'link'] as const) {
      const { browser, code, token } = await asked(await account())
      const tries = Array.from({ length: PARALLEL }, () =>
        by === 'code' ? enterCode(browser, code) : openLink(browser, token),
      )
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      expect(
        statuses.filter(status => status === 200),
        by,
      ).toHaveLength(1)
    }
  })

  test('6.5.1 a newer email voids the older one', async () => {
    const email = await account()
    const first = await asked(email)
    const second = await asked(email)
    expectProblem(await openLink(first.browser, first.token), 403, 'invalid_link')
    expectProblem(await enterCode(first.browser, first.code), 422, 'invalid_code')
    await enterCode(second.browser, second.code).expect(200)
  })

  test('6.5.5 an email works for ten minutes', async () => {
    const email = await account()
    const { browser, code, token } = await asked(email)
    const { expires } = await EmailSignIn.findOne({ where: { email }, rejectOnEmpty: true })
    expect(Math.abs(expires.getTime() - Date.now() - EMAIL_SIGN_IN_LIFETIME)).toBeLessThan(30_000)
    await EmailSignIn.update({ expires: new Date() }, { where: { email } })
    expectProblem(await enterCode(browser, code), 422, 'invalid_code')
    expectProblem(await openLink(browser, token), 403, 'invalid_link')
  })

  test('another browser is refused with its own code, and uses nothing up', async () => {
    const { browser, code, token } = await asked(await account())
    const other = server.agent()
    expectProblem(await openLink(other, token), 403, 'other_browser')
    expectProblem(await enterCode(other, code), 422, 'invalid_code')
    await ask(other, 'nobody@example.org').expect(202)
    expectProblem(await openLink(other, token), 403, 'other_browser')
    await whoIs(other).expect(401)
    await openLink(browser, token).expect(200)
  })

  test('an unsigned cookie is none', async () => {
    await noMails()
    const email = await account()
    const answer = await ask(server.agent(), email).expect(202)
    const signed = decodeURIComponent(cookiesOf(answer).get('latchkey.email-login')?.value ?? '')
    const { token } = await sent(email)
    const [, mark = ''] = /^s:(.+)\./.exec(signed) ?? []
    const withCookie = (value: string) =>
      server
        .agent()
        .post('/auth/login/email/link')
        .set('Cookie', `latchkey.email-login=${encodeURIComponent(value)}`)
        .send({ token })
    expectProblem(await withCookie(mark), 403, 'other_browser')
    await withCookie(signed).expect(200)
  })

  test('the address of the page, opened by a scanner a thousand times, uses nothing up', async () => {
    const { browser, token } = await asked(await account())
    for (let at = 0; at < 500; at++) {
      await server.agent().get('/sign-in/email').set('Accept', 'text/html')
      await server.agent().head('/auth/login/email/link')
    }
    await openLink(browser, token).expect(200)
  })
})

describe('6.3.1 guesses', () => {
  test('the fifth wrong code voids the email, even if they come at once', async () => {
    const { browser, code, token } = await asked(await account())
    const wrong = Array.from({ length: PARALLEL }, (_, at) => enterCode(browser, notThe(code, at)))
    for (const answer of await Promise.all(wrong)) expectProblem(answer, 422, 'invalid_code')
    expectProblem(await enterCode(browser, code), 422, 'invalid_code')
    expectProblem(await openLink(browser, token), 403, 'invalid_link')
  })

  test('the fifth code may be the right one', async () => {
    const { browser, code } = await asked(await account())
    for (let at = 1; at < MOST_CODES; at++)
      expectProblem(await enterCode(browser, notThe(code, at)), 422, 'invalid_code')
    await enterCode(browser, code).expect(200)
  })

  test('11.4.2 the code is kept as a keyed hash', async () => {
    const email = await account()
    const { code } = await asked(email)
    const row = JSON.stringify(await EmailSignIn.findOne({ where: { email } }))
    expect(row).not.toContain(code)
    expect(row).toMatch(/"codeMac":"[\w-]{43}"/)
  })
})

describe('6.3.8 nothing tells whether the address has an account', () => {
  test('neither the answers nor the next ones', async () => {
    await noMails()
    const [known, disabled] = [await account(), await account({ disabledAt: new Date() })]
    const told = []
    for (const email of [known, 'nobody@example.org', disabled]) {
      const browser = server.agent()
      const seen = []
      for (const request of [
        () => ask(browser, email),
        () => enterCode(browser, '00000000'),
        () => server.deps.delayed.finish().then(() => enterCode(browser, '00000000')),
        () => openLink(browser, 'unknown'),
      ]) {
        const answer = await request()
        const { instance, ...body } = answer.body
        const cookies = [...cookiesOf(answer)].map(([name, { value, attributes }]) => {
          attributes.delete('expires')
          return [name, value.length > 0, [...attributes]]
        })
        seen.push({ status: answer.status, body, cookies, instance: typeof instance })
      }
      told.push(seen)
    }
    expect(told[0]?.map(({ status }) => status)).toEqual([202, 422, 422, 403])
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    expect((await waitingMails(server)).filter(({ template }) => template === 'sign-in').map(({ to }) => to)).toEqual([
      known,
    ])
  })
})

describe('the account', () => {
  test('with an unverified address loses what it had: the mailbox proves nothing of it', async () => {
    const email = await account({})
    const planted = server.agent()
    await planted.post('/auth/login').send({ email, password: PASSWORD }).expect(200)
    await enrolTotp(planted)
    const { browser, code } = await asked(email)
    const { body } = await enterCode(browser, code).expect(200)
    expect(body.user).toMatchObject({ email, emailVerified: true })
    await whoIs(planted).expect(401)
    expectProblem(await planted.post('/auth/login').send({ email, password: PASSWORD }), 401, 'invalid_credentials')
    const { body: factors } = await browser.get('/auth/factors').expect(200)
    expect(factors).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
  })

  test('keeps it in the browser that registered', async () => {
    await noMails()
    const email = `registrant-${++number}@example.org`
    const browser = server.agent()
    await browser
      .post('/auth/register')
      .send({ ...ADA, email })
      .expect(201)
    await ask(browser, email).expect(202)
    await enterCode(browser, (await sent(email)).code).expect(200)
    const { body } = await server.agent().post('/auth/login').send({ email, password: PASSWORD }).expect(200)
    expect(body.user.emailVerified).toBe(true)
  })

  test('6.3.3 with a second factor is asked for it: the mailbox is one factor', async () => {
    const email = await account()
    const { browser: owner } = await server.signIn({ email, password: PASSWORD })
    const { recoveryCodes } = await enrolTotp(owner)
    const { browser, token } = await asked(email)
    const { body } = await openLink(browser, token).expect(200)
    expect(body.secondFactor).toMatchObject({ required: true, methods: ['totp', 'recovery-code'] })
    await whoIs(browser).expect(401)
    await browser.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0] }).expect(200)
    expect((await whoIs(browser).expect(200)).body.factors).toEqual(['email', 'recovery-code'])
  })

  test('7.5.1 without a second factor is freshly proved by it', async () => {
    const { browser, code } = await asked(await account())
    await enterCode(browser, code).expect(200)
    await browser.post('/auth/totp').send({}).expect(200)
  })

  test('under review after a recovery reaches only the review, after its second factor', async () => {
    const email = await account()
    const { browser: owner } = await server.signIn({ email, password: PASSWORD })
    const { recoveryCodes } = await enrolTotp(owner)
    await User.update({ reviewSince: new Date() }, { where: { email } })
    const { browser, code } = await asked(email)
    expect((await enterCode(browser, code).expect(200)).body).toHaveProperty('secondFactor')
    const { body } = await browser.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0] }).expect(200)
    expect(body.reviewRequired).toBe(true)
    expectProblem(await browser.get('/auth/profile'), 403, 'review_required')
  })

  test('that was disabled or changed its address meanwhile is refused', async () => {
    for (const change of [{ disabledAt: new Date() }, { email: 'moved@example.org' }]) {
      const email = await account()
      const [{ browser, code }, other] = [await asked(email), server.agent()]
      await User.update(change, { where: { email } })
      expectProblem(await enterCode(browser, code), 422, 'invalid_code')
      await whoIs(other).expect(401)
    }
  })
})

test('16.3.1 successes and wrong codes are in the audit log', async () => {
  const email = await account()
  const { browser, code } = await asked(email)
  await enterCode(browser, notThe(code))
  await enterCode(browser, code).expect(200)
  const { id } = await User.findOne({ where: { email }, rejectOnEmpty: true })
  const events = await server.rows<{ event: string; details: string }>(
    `SELECT "event", "details" FROM "AuditEvents" WHERE "userId" = '${id}' AND "event" LIKE 'authn_login%' ORDER BY "seq"`,
  )
  expect(events.map(({ event, details }) => [event, JSON.parse(details)])).toEqual([
    ['authn_login_fail', { factor: 'email' }],
    ['authn_login_success', { factors: ['email'], device: 'new' }],
  ])
})
