import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { Authenticator } from '../support/authenticator.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const ORIGIN = 'http://localhost:3000'
const NEXT = 'a dozen purple umbrellas leaning'

let server: TestServer
let ada: { email: string; name: string; password: string; id: string }
let evil: string
let number = 0
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100', BASE_URL: ORIGIN })
})
afterAll(() => server.close())
beforeEach(async () => {
  await noMails()
  number++
  const person = { email: `ada${number}@example.org`, name: 'Ada Lovelace', password: PASSWORD }
  evil = `evil${number}@example.com`
  await server.register(person)
  const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  ada = { ...person, id: user.id }
  await user.update({ emailVerifiedAt: new Date() })
})

type Browser = ReturnType<TestServer['agent']>

const post = (path: string, body: object) => supertest(server.url).post(path).send(body)
const signIn = async (email = ada.email, password = PASSWORD) => (await server.signIn({ email, password })).browser
const link = async (to: string, template: Parameters<typeof mailFor>[2]) => (await mailFor(server, to, template)).token
async function setPassword(email = ada.email, password = NEXT) {
  return post('/auth/reset-password', { token: await link(email, 'reset-password'), password }).expect(200)
}
async function reset(email = ada.email, password = NEXT) {
  await noMails()
  await post('/auth/forgot-password', { email }).expect(202)
  await setPassword(email, password)
}
async function changeAddress(browser: Browser, to: string) {
  await browser.post('/auth/change-email').send({ email: to }).expect(202)
  await post('/auth/confirm-email', { token: await link(to, 'confirm-new-email') }).expect(200)
}
async function addPasskey(browser: Browser) {
  const passkey = new Authenticator(ORIGIN)
  const { body: options } = await browser.post('/auth/passkeys/options').expect(200)
  const credential = passkey.create(options)
  await browser.post('/auth/passkeys').send({ name: 'Phone', credential }).expect(200)
  return passkey
}
async function signInByPasskey(passkey: Authenticator) {
  const browser = server.agent()
  const { body: options } = await browser.post('/auth/login/passkey/options').expect(200)
  return browser.post('/auth/login/passkey').send({ credential: passkey.get(options) })
}
const login = async (password = NEXT, email = ada.email) => post('/auth/login', { email, password })

describe('7.4.3 a change of address that waits', () => {
  const ways: [string, (owner: Browser) => Promise<unknown>][] = [
    [
      '"this wasn’t me"',
      async () => post('/auth/not-me', { token: await link(ada.email, 'email-change-requested') }).expect(200),
    ],
    ['a reset', () => reset()],
    [
      'a change of the password',
      owner => owner.post('/auth/change-password').send({ currentPassword: PASSWORD, newPassword: NEXT }).expect(200),
    ],
    [
      'a change of the password that leaves the other sessions',
      owner =>
        owner
          .post('/auth/change-password')
          .send({ currentPassword: PASSWORD, newPassword: NEXT, endOthers: false })
          .expect(200),
    ],
  ]
  test.each(ways)('ends with %s', async (_way, recover) => {
    const owner = await signIn()
    const thief = await signIn()
    await thief.post('/auth/change-email').send({ email: evil }).expect(202)
    const token = await link(evil, 'confirm-new-email')
    await recover(owner)
    expectProblem(await post('/auth/confirm-email', { token }), 403, 'invalid_link')
    expect((await User.findByPk(ada.id))?.email).toBe(ada.email)
  })

  test('does not outlive a recovery by a mark in the link alone', async () => {
    const thief = await signIn()
    await thief.post('/auth/change-email').send({ email: evil }).expect(202)
    const token = await link(evil, 'confirm-new-email')
    await User.increment('securityVersion', { where: { id: ada.id } })
    expectProblem(await post('/auth/confirm-email', { token }), 403, 'invalid_link')
  })
})

describe('the undoing of a change of address', () => {
  test('wins over each later change: no link of the thief takes it back, and the thief’s address is told', async () => {
    const other = `other-${evil}`
    await changeAddress(await signIn(), evil)
    const undo = await link(ada.email, 'email-changed')
    await changeAddress(await signIn(evil), other)
    const undoOfThief = await link(evil, 'email-changed')
    const late = await signIn(other)
    await late
      .post('/auth/change-email')
      .send({ email: `third-${evil}` })
      .expect(202)
    await post('/auth/undo-email-change', { token: undo }).expect(200)
    await mailFor(server, other, 'address-taken-away')
    await setPassword()
    const thiefsLinks = (await waitingMails(server)).flatMap(({ to, data }) =>
      to === ada.email ? [] : Object.values(data).filter(value => String(value).includes('#')),
    )
    expect(thiefsLinks.length).toBeGreaterThan(4)
    for (const url of [...thiefsLinks, `${ORIGIN}/undo-email-change#${undoOfThief}`]) {
      const { pathname, hash } = new URL(String(url))
      const body = { token: hash.slice(1), ...(pathname === '/reset-password' && { password: NEXT }) }
      expectProblem(await post(`/auth${pathname}`, body), 403, 'invalid_link')
    }
    expect((await login()).status).toBe(200)
  })

  test('is not taken from the owner by a reset, a change of the password or "not me" at the thief’s address', async () => {
    await changeAddress(await signIn(), evil)
    const undo = await link(ada.email, 'email-changed')
    await post('/auth/not-me', { token: await link(evil, 'email-changed') }).expect(200)
    await setPassword(evil)
    const thief = await signIn(evil, NEXT)
    await thief.post('/auth/change-password').send({ currentPassword: NEXT, newPassword: PASSWORD }).expect(200)
    await post('/auth/undo-email-change', { token: undo }).expect(200)
    expect(await User.findByPk(ada.id)).toMatchObject({ email: ada.email, passwordHash: null })
  })

  test('is what "not me" in an earlier mail does where the address was changed since', async () => {
    const thief = await signIn()
    await thief.post('/auth/change-email').send({ email: evil }).expect(202)
    const notMe = await link(ada.email, 'email-change-requested')
    await post('/auth/confirm-email', { token: await link(evil, 'confirm-new-email') }).expect(200)
    await post('/auth/not-me', { token: notMe }).expect(200)
    await setPassword()
    expect((await login()).status).toBe(200)
    expect(await OneTimeLink.count({ where: { userId: ada.id, purpose: 'undo-email-change', usedAt: null } })).toBe(0)
  })

  test('leaves no link behind where the owner changes the address back', async () => {
    await changeAddress(await signIn(), evil)
    await changeAddress(await signIn(evil), ada.email)
    expect(await OneTimeLink.count({ where: { userId: ada.id, purpose: 'undo-email-change', usedAt: null } })).toBe(0)
    await mailFor(server, evil, 'address-taken-away')
  })
})

describe('a factor that somebody else added', () => {
  test('is removed by a reset, and neither signs in nor locks the owner out', async () => {
    await signIn()
    const passkey = await addPasskey(await signIn())
    expect((await signInByPasskey(passkey)).status).toBe(200)
    await reset()
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    expect((await login()).body).toMatchObject({ message: 'Logged in successfully' })
    expect(await mailFor(server, ada.email, 'factor-removed')).toMatchObject({
      data: { factor: 'passkey "Phone", recovery codes' },
    })
    const event = await AuditEventRow.findOne({ where: { event: 'authn_factor_removed' }, order: [['seq', 'DESC']] })
    expect(JSON.parse(event?.details ?? '')).toEqual({ factors: ['passkey', 'recovery-codes'] })
  })

  test('is removed by "not me" in the mail that told of it, even where it was added in the owner’s own browser', async () => {
    const passkey = await addPasskey(await signIn())
    const token = await link(ada.email, 'factor-added')
    await noMails()
    await post('/auth/not-me', { token }).expect(200)
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    await setPassword()
    expect((await login()).body).toMatchObject({ message: 'Logged in successfully' })
  })

  test('is removed by the link in the mail of a reset that still asks for it', async () => {
    const passkey = await addPasskey(await signIn())
    await reset()
    expect((await login()).body.secondFactor).toMatchObject({ required: true })
    const mail = await mailFor(server, ada.email, 'password-changed')
    expect(mail.data).toMatchObject({ asksFor: ['passkey "Phone"', 'recovery codes'] })
    await noMails()
    await post('/auth/not-me', { token: mail.token }).expect(200)
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    await setPassword(ada.email, PASSWORD)
    expect((await login(PASSWORD)).body).toMatchObject({ message: 'Logged in successfully' })
  })

  test('is removed with an undo of a change of address', async () => {
    await signIn()
    const thief = await signIn()
    const passkey = await addPasskey(thief)
    await changeAddress(thief, evil)
    await post('/auth/undo-email-change', { token: await link(ada.email, 'email-changed') }).expect(200)
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
  })
})

describe('6.4.3 a factor of the owner', () => {
  test('is asked for after a reset by somebody who reads the mail, also the recovery codes', async () => {
    const { recoveryCodes } = await enrolTotp(await signIn())
    await reset()
    const browser = server.agent()
    const answer = await browser.post('/auth/login').send({ email: ada.email, password: NEXT }).expect(200)
    expect(answer.body.secondFactor).toMatchObject({ required: true, methods: ['totp', 'recovery-code'] })
    await browser.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0] }).expect(200)
  })

  test('stays where a thief adds another one, which goes', async () => {
    const { secret } = await enrolTotp(await signIn())
    const thief = server.agent()
    await thief.post('/auth/login').send({ email: ada.email, password: PASSWORD }).expect(200)
    await thief.post('/auth/second-factor').send({ code: codeOf(secret, 0) })
    const user = await User.findByPk(ada.id, { rejectOnEmpty: true })
    expect(user.reviewSince).toBeNull()
    await reset()
    expect((await login()).body.secondFactor).toMatchObject({ required: true })
  })
})

describe('after a recovery that leaves a factor', () => {
  async function recovered() {
    const owner = await signIn()
    const { secret } = await enrolTotp(owner)
    const passkey = await addPasskey(owner)
    await reset()
    const browser = server.agent()
    await browser.post('/auth/login').send({ email: ada.email, password: NEXT }).expect(200)
    const options = await browser.post('/auth/second-factor/options').expect(200)
    const answer = await browser
      .post('/auth/second-factor')
      .send({ passkey: passkey.get(options.body) })
      .expect(200)
    expect(answer.body).toMatchObject({ reviewRequired: true })
    return { browser, passkey, secret }
  }

  test('the session opens the review, sign-out and itself, and nothing else', async () => {
    const { browser } = await recovered()
    expect((await browser.get('/auth/session').expect(200)).body).toMatchObject({ reviewRequired: true })
    const refused = [
      browser.get('/auth/profile'),
      browser.get('/auth/factors'),
      browser.post('/auth/token'),
      browser.post('/auth/totp'),
      browser.delete('/auth/totp'),
      browser.post('/auth/passkeys/options'),
      browser.post('/auth/change-email').send({ email: evil }),
      browser.post('/auth/change-password').send({ currentPassword: NEXT, newPassword: PASSWORD }),
      browser.get('/auth/sessions'),
      browser.delete('/auth/sessions'),
      browser.post('/auth/delete-account').send({ email: ada.email }),
    ]
    for (const answer of await Promise.all(refused)) expectProblem(answer, 403, 'review_required')
    await browser.post('/auth/logout').expect(200)
  })

  test('a passkey alone signs nobody in until then', async () => {
    const { browser, passkey } = await recovered()
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    await browser
      .post('/auth/review')
      .send({ keep: [(await factorsOf(browser))[1].id] })
      .expect(200)
    expect((await signInByPasskey(passkey)).status).toBe(200)
  })

  test('the review removes what is not kept, ends other sessions, and opens the account', async () => {
    const { browser } = await recovered()
    const other = await recoveredAgain()
    const [app, passkey, codes] = await factorsOf(browser)
    expect([app.name, passkey.name, codes.name]).toEqual(['authenticator app', 'passkey "Phone"', 'recovery codes'])
    await noMails()
    const answer = await browser
      .post('/auth/review')
      .send({ keep: [app.id] })
      .expect(200)
    expect(answer.body).toEqual({ message: 'Review finished', removed: 2 })
    expect((await browser.get('/auth/factors').expect(200)).body).toMatchObject({ passkeys: [], recoveryCodesLeft: 0 })
    await mailFor(server, ada.email, 'factor-removed')
    await other.get('/auth/session').expect(401)
    expectProblem(await browser.post('/auth/review').send({ keep: [] }), 409, 'conflict')
    expect((await browser.get('/auth/session').expect(200)).body.reviewRequired).toBeUndefined()
  })

  const factorsOf = async (browser: Browser) => (await browser.get('/auth/review').expect(200)).body.factors
  async function recoveredAgain() {
    const browser = server.agent()
    await browser.post('/auth/login').send({ email: ada.email, password: NEXT }).expect(200)
    return browser
  }
})

describe('an address that is confirmed for the first time', () => {
  async function register() {
    const person = { email: `new${number}@example.org`, name: 'New', password: PASSWORD }
    const browser = server.agent()
    await browser.post('/auth/register').send(person).expect(201)
    return { person, browser, token: await link(person.email, 'verify-email') }
  }

  test('in the browser that registered keeps the password', async () => {
    const { person, browser, token } = await register()
    const answer = await browser.post('/auth/verify-email').send({ token }).expect(200)
    expect(answer.body).toEqual({ message: 'Email address confirmed' })
    expect((await login(PASSWORD, person.email)).status).toBe(200)
  })

  test('in a browser that is signed in keeps the session', async () => {
    const { person, token } = await register()
    const browser = await signIn(person.email)
    await browser.post('/auth/verify-email').send({ token }).expect(200, { message: 'Email address confirmed' })
    await browser.get('/auth/session').expect(200)
  })

  test('in any other browser leaves nothing of who registered, and its reader chooses the password', async () => {
    const { person, browser, token } = await register()
    await browser.post('/auth/login').send({ email: person.email, password: PASSWORD }).expect(200)
    const passkey = await addPasskey(browser)
    const { body: personal } = await browser.post('/auth/tokens').send({ name: 'planted', scopes: [] }).expect(201)
    await browser.post('/auth/change-email').send({ email: evil }).expect(202)
    const answer = await post('/auth/verify-email', { token }).expect(200)
    expect((await login(PASSWORD, person.email)).status).toBe(401)
    await browser.get('/auth/session').expect(401)
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    await supertest(server.url).get('/api/v1/me').set('Authorization', `Bearer ${personal.token}`).expect(401)
    expectProblem(
      await post('/auth/confirm-email', { token: await link(evil, 'confirm-new-email') }),
      403,
      'invalid_link',
    )
    await post('/auth/reset-password', { token: answer.body.passwordToken, password: NEXT }).expect(200)
    expect((await login(NEXT, person.email)).body).toMatchObject({ message: 'Logged in successfully' })
  })

  test('by a reset leaves nothing either, not even a factor that was added in the browser that registered', async () => {
    const { person, browser } = await register()
    await browser.post('/auth/login').send({ email: person.email, password: PASSWORD }).expect(200)
    const passkey = await addPasskey(browser)
    await reset(person.email)
    expectProblem(await signInByPasskey(passkey), 401, 'invalid_credentials')
    expect((await login(NEXT, person.email)).body).toMatchObject({ message: 'Logged in successfully' })
  })
})

test('of parallel requests for a link one leaves a valid one', async () => {
  await Promise.all(Array.from({ length: 5 }, () => post('/auth/forgot-password', { email: ada.email })))
  await vi.waitFor(async () =>
    expect(
      (await waitingMails(server, ada.email)).filter(({ template }) => template === 'reset-password'),
    ).toHaveLength(5),
  )
  expect(await OneTimeLink.count({ where: { userId: ada.id, purpose: 'reset-password', usedAt: null } })).toBe(1)
})
