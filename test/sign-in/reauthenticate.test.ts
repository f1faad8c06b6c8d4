import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { minutes, seconds } from '../../src/durations.ts'
import { codeOf, enrolTotp, wrongCode } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ LOGIN_LIMIT_ACCOUNT_CLIENT: '5' })
})
afterAll(() => server.close())
beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

const step = (milliseconds: number) => moveClock(milliseconds, server)

const SOME_ID = '00000000-0000-4000-8000-000000000000'

let people = 0
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  return { person, ...(await server.signIn(person)) }
}
/** A step that needs a recent proof. */
const sensitive = (browser: ReturnType<TestServer['agent']>) => browser.post('/auth/totp').send({})
async function lastEvent() {
  return (await server.rows<Record<string, string>>('SELECT * FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 1'))[0]
}

describe('7.5.1 7.5.3 a fresh proof', () => {
  test('is needed five minutes after sign-in, lasts five minutes, and no longer', async () => {
    const { browser } = await somebody()
    await step(minutes(5))
    await sensitive(browser).expect(200)
    await step(1)
    expectProblem(await sensitive(browser), 403, 'reauthentication_required')
    const { body } = await browser.post('/auth/reauthenticate').send({ password: ADA.password }).expect(200)
    expect(body).toEqual({ message: 'Reauthenticated', provenAt: new Date().toISOString() })
    await step(minutes(5))
    await sensitive(browser).expect(200)
    await step(1)
    expectProblem(await sensitive(browser), 403, 'reauthentication_required')
  })

  test.each([
    ['post', '/auth/totp/confirm'],
    ['delete', '/auth/totp'],
    ['post', '/auth/recovery-codes'],
    ['post', '/auth/passkeys/options'],
    ['post', '/auth/passkeys'],
    ['delete', `/auth/passkeys/${SOME_ID}`],
    ['post', '/auth/change-email'],
    ['delete', '/auth/sessions'],
    ['delete', `/auth/sessions/${SOME_ID}`],
    ['delete', '/auth/devices'],
    ['delete', `/auth/devices/${SOME_ID}`],
    ['post', '/auth/tokens'],
    ['post', '/auth/delete-account'],
    ['get', '/auth/export'],
  ] as const)('7.5.2 is needed for %s %s', async (method, path) => {
    const { browser } = await somebody()
    const ask = () => (method === 'get' ? browser.get(path) : browser[method](path).send({}))
    expect((await ask()).status).not.toBe(403)
    await step(minutes(5) + 1)
    expectProblem(await ask(), 403, 'reauthentication_required')
  })

  test("counts for this session alone, not for the user's others", async () => {
    const { browser, person } = await somebody()
    const other = await server.signIn(person)
    await step(minutes(6))
    await browser.post('/auth/reauthenticate').send({ password: ADA.password }).expect(200)
    expectProblem(await sensitive(other.browser), 403, 'reauthentication_required')
  })

  test.each(WAYS)('7.2.4 gives the session a new id; the old cookie is dead on $way', async ({ path }) => {
    const { browser, cookie } = await somebody()
    const before = (await browser.get('/auth/session')).body
    const answer = await browser.post('/auth/reauthenticate').send({ password: ADA.password }).expect(200)
    const renewed = `connect.sid=${cookiesOf(answer).get('connect.sid')?.value}`
    expect(renewed).not.toBe(cookie)
    const dead = expectProblem(await ask(server, path, cookie), 401, 'authentication_required')
    expect(dead.reason).toBe('replaced')
    const after = (await ask(server, '/auth/session', renewed).expect(200)).body
    expect(after).toEqual(before)
  })

  test('leaves "remember me" and the limits of the session as they were', async () => {
    const { person } = await somebody()
    const { browser } = await server.signIn(person, { rememberMe: true })
    const before = (await browser.get('/auth/session')).body.session
    await step(minutes(6))
    await browser.post('/auth/reauthenticate').send({ password: ADA.password }).expect(200)
    const after = (await browser.get('/auth/session')).body.session
    expect(after).toMatchObject({ id: before.id, remembered: true, absoluteExpires: before.absoluteExpires })
  })

  test('can be a code of the authenticator app, which is used up by it', async () => {
    const { browser } = await somebody()
    const { secret } = await enrolTotp(browser)
    await step(minutes(6))
    const code = codeOf(secret)
    await browser.post('/auth/reauthenticate').send({ code }).expect(200)
    await browser.post('/auth/recovery-codes').send({}).expect(200)
    expectProblem(await browser.post('/auth/reauthenticate').send({ code }), 422, 'invalid_code')
  })
})

describe('6.4.4 in a session that was made before the second factor', () => {
  test('the password opens no sensitive step; the second factor does', async () => {
    const { person, browser } = await somebody()
    const other = await server.signIn(person)
    const { secret } = (await browser.post('/auth/totp').send({})).body
    await browser
      .post('/auth/totp/confirm')
      .send({ code: codeOf(secret), endOthers: false })
      .expect(200)
    expectProblem(await other.browser.delete('/auth/totp'), 403, 'reauthentication_required')
    const byPassword = await other.browser.post('/auth/reauthenticate').send({ password: person.password })
    expect(expectProblem(byPassword, 422, 'validation_failed').errors).toMatchObject([{ code: 'second_factor_needed' }])
    expectProblem(await other.browser.delete('/auth/totp'), 403, 'reauthentication_required')
    await step(seconds(60))
    await other.browser
      .post('/auth/reauthenticate')
      .send({ code: codeOf(secret) })
      .expect(200)
    await other.browser.delete('/auth/totp').expect(200)
  })
})

describe('6.4.4 in the account of who has a second factor', () => {
  async function enrolled() {
    const { person, browser } = await somebody()
    const factor = await enrolTotp(browser)
    await step(seconds(60))
    return { person, browser, ...factor }
  }
  const recoverySteps = (browser: ReturnType<TestServer['agent']>) => [
    browser.delete('/auth/totp'),
    browser.post('/auth/recovery-codes').send({}),
    browser.post('/auth/change-email').send({ email: 'new@example.org' }),
    browser.post('/auth/passkeys/options').send({}),
  ]

  test('a trusted device with the right password is no proof; a recovery code is', async () => {
    const { person, secret, recoveryCodes } = await enrolled()
    const browser = server.agent()
    const logIn = () => browser.post('/auth/login').send({ email: person.email, password: person.password }).expect(200)
    await logIn()
    await browser
      .post('/auth/second-factor')
      .send({ code: codeOf(secret), rememberDevice: true })
      .expect(200)
    await browser.post('/auth/logout').expect(200)
    await logIn()
    expect((await browser.get('/auth/session')).body.factors).toEqual(['password', 'trusted-device'])
    for (const answer of await Promise.all(recoverySteps(browser)))
      expectProblem(answer, 403, 'reauthentication_required')
    await browser.post('/auth/reauthenticate').send({ recoveryCode: recoveryCodes[0] }).expect(200)
    await browser.delete('/auth/totp').expect(200)
  })

  test('a password does not freshen a second factor that was proved earlier', async () => {
    const { person, browser } = await enrolled()
    await step(minutes(6))
    await browser.post('/auth/reauthenticate').send({ password: person.password }).expect(422)
    for (const answer of await Promise.all(recoverySteps(browser)))
      expectProblem(answer, 403, 'reauthentication_required')
  })
})

describe('what proves nothing', () => {
  test('a wrong password: 401, and it is recorded', async () => {
    const { browser } = await somebody()
    await step(minutes(6))
    expectProblem(await browser.post('/auth/reauthenticate').send({ password: 'wrong' }), 401, 'invalid_credentials')
    expectProblem(await sensitive(browser), 403, 'reauthentication_required')
    const event = await lastEvent()
    expect(event?.event).toBe('authn_reauthenticate_fail')
    expect(event?.sessionId).toBe((await browser.get('/auth/session').expect(200)).body.session.id)
  })

  test('a wrong code: 422, and the session stays', async () => {
    const { browser } = await somebody()
    const { secret } = await enrolTotp(browser)
    expectProblem(await browser.post('/auth/reauthenticate').send({ code: wrongCode(secret) }), 422, 'invalid_code')
    await browser.get('/auth/profile').expect(200)
  })

  test('a code of who has no app', async () => {
    const { browser } = await somebody()
    expectProblem(await browser.post('/auth/reauthenticate').send({ code: '123456' }), 422, 'invalid_code')
  })

  test("somebody else's password or code", async () => {
    const [{ browser }, other] = [await somebody(), await somebody()]
    const { secret } = await enrolTotp(other.browser)
    await step(seconds(60))
    await User.update(
      { passwordHash: await server.deps.hasher.hash('another long sentence') },
      { where: { email: other.person.email } },
    )
    await browser.post('/auth/reauthenticate').send({ password: 'another long sentence' }).expect(401)
    await browser
      .post('/auth/reauthenticate')
      .send({ code: codeOf(secret) })
      .expect(422)
  })

  test.each([
    { body: {} },
    { body: { password: ADA.password, code: '123456' } },
    { body: { password: '' } },
    { body: { password: ADA.password, provenAt: 1 } },
  ])('$body', async ({ body }) => {
    const { browser } = await somebody()
    expectProblem(await browser.post('/auth/reauthenticate').send(body), 422, 'validation_failed')
  })
})

test('6.3.1 guesses are throttled like those of a login', async () => {
  const { browser } = await somebody()
  const statuses: number[] = []
  for (let tries = 0; tries < 6; tries++)
    statuses.push((await browser.post('/auth/reauthenticate').send({ password: 'wrong' })).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
})

test('6.1.1 wrong passwords of strangers do not keep a signed-in owner from changing the password', async () => {
  const { browser, person } = await somebody()
  const guess = () => server.agent().post('/auth/login').send({ email: person.email, password: 'wrong' })
  for (let tries = 0; tries < 5; tries++) await guess().expect(401)
  await guess().expect(429)
  const change = { currentPassword: person.password, newPassword: 'a dozen purple umbrellas leaning' }
  await browser.post('/auth/change-password').send(change).expect(200)
})

test('16.3.1 a success is recorded with its factor', async () => {
  const { browser, person } = await somebody()
  await browser.post('/auth/reauthenticate').send({ password: person.password }).expect(200)
  expect(await lastEvent()).toMatchObject({ event: 'authn_reauthenticate_success', details: '{"factor":"password"}' })
})
