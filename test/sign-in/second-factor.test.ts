import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { disableUser, replacePassword } from '../../src/administration/administer.ts'
import { days, minutes, seconds } from '../../src/durations.ts'
import { codeOf, enrolTotp, wrongCode } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, cookiesOf, sidOf, startServer, type TestServer } from '../support/harness.ts'
import { ask, moveClock, stopClock, WAYS } from '../support/ways.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ LOGIN_LIMIT_SECOND_FACTOR: '15' })
})
afterAll(() => server.close())
beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

const step = (milliseconds: number) => moveClock(milliseconds, server)

let people = 0
/** Somebody with an authenticator app, whose next code is good. */
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  const { browser } = await server.signIn(person)
  const enrolled = await enrolTotp(browser)
  await step(seconds(60))
  return { person, ...enrolled }
}
function logIn(browser: ReturnType<TestServer['agent']>, { email, password }: typeof ADA, options = {}) {
  return browser.post('/auth/login').send({ email, password, ...options })
}
function finish(browser: ReturnType<TestServer['agent']>, secret: string) {
  return browser.post('/auth/second-factor').send({ code: codeOf(secret) })
}
async function rowOf(answer: { headers: Record<string, unknown> }) {
  const sid = sidOf(cookiesOf(answer).get('connect.sid')?.value ?? '')
  const [row] = await server.rows<Record<string, string>>(`SELECT * FROM "Sessions" WHERE "sid" = '${sid}'`)
  return row && ({ ...row, data: await server.contentOf(sid) } as Record<string, string | undefined>)
}

describe('a right password of who has a second factor', () => {
  test('6.3.3 says which ones there are and opens no session', async () => {
    const { person } = await somebody()
    const browser = server.agent()
    const answer = await logIn(browser, person).expect(200)
    expect(answer.body).toEqual({
      message: 'Second factor required',
      secondFactor: { required: true, methods: ['totp', 'recovery-code'] },
    })
    expect(await rowOf(answer)).toMatchObject({ userId: null })
    expectProblem(await browser.get('/auth/profile'), 401, 'second_factor_required')
  })

  test.each(WAYS)('6.3.3 does not sign in on $way', async ({ path }) => {
    const { person } = await somebody()
    const { cookie } = await server.signIn(person)
    expectProblem(await ask(server, path, cookie), 401, 'second_factor_required')
  })

  test('6.3.3 opens nothing under /api', async () => {
    const { person } = await somebody()
    const { cookie } = await server.signIn(person)
    expectProblem(await ask(server, '/api/v1/users', cookie), 401, 'authentication_required')
  })

  test('the code signs in, with both factors, under a new id', async () => {
    const { person, secret } = await somebody()
    const { browser, cookie } = await server.signIn(person)
    const answer = await finish(browser, secret).expect(200)
    expect(answer.body).toMatchObject({ message: 'Logged in successfully', user: { email: person.email } })
    expect((await browser.get('/auth/session').expect(200)).body.factors).toEqual(['password', 'totp'])
    const dead = await ask(server, '/auth/profile', cookie)
    expect(expectProblem(dead, 401, 'authentication_required').reason).toBe('replaced')
  })

  test('7.2.4 nothing of an earlier session survives either step', async () => {
    const { person, secret } = await somebody()
    const planted = await server.signIn(await plainPerson())
    const first = sidOf(planted.cookie.split('=')[1] ?? '')
    const waiting = await rowOf(await logIn(planted.browser, person).expect(200))
    expect(JSON.parse(waiting?.data ?? '')).toEqual({ pendingLogin: expect.any(Object) })
    const done = await rowOf(await finish(planted.browser, secret).expect(200))
    expect(Object.keys(JSON.parse(done?.data ?? '')).sort()).toEqual(['auth', 'passport'])
    expect(new Set([first, waiting?.sid, done?.sid]).size).toBe(3)
    expectProblem(await ask(server, '/auth/profile', planted.cookie), 401, 'authentication_required')
  })

  test('"remember me" is kept until the code', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person, { rememberMe: true })
    await finish(browser, secret).expect(200)
    const { session } = (await browser.get('/auth/session').expect(200)).body
    expect(session.remembered).toBe(true)
    expect(Date.parse(session.absoluteExpires) - Date.now()).toBe(days(30))
  })

  test('can be signed out', async () => {
    const { person, secret } = await somebody()
    const { browser, cookie } = await server.signIn(person)
    await browser.post('/auth/logout').expect(200)
    const again = server.agent().post('/auth/second-factor').set('Cookie', cookie)
    expect((await again.send({ code: codeOf(secret) }).expect(401)).body.reason).toBe('signed-out')
  })

  test('does not keep the hash of the password in the session', async () => {
    const { person } = await somebody()
    const row = await rowOf(await logIn(server.agent(), person).expect(200))
    const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
    expect(row?.data).toContain(user.id)
    expect(row?.data).not.toContain(user.passwordHash)
  })
})

async function plainPerson() {
  const person = { ...ADA, email: `plain${people++}@example.org` }
  await server.register(person)
  return person
}

describe('a pending login is over', () => {
  test.each([
    { after: minutes(10) - 1, status: 200 },
    { after: minutes(10), status: 401 },
  ])('after ten minutes ($after ms: $status), also with "remember me" and with use', async ({ after, status }) => {
    const { person, secret } = await somebody()
    const { cookie } = await server.signIn(person, { rememberMe: true })
    await step(minutes(9))
    await ask(server, '/auth/session', cookie).expect(401)
    await step(after - minutes(9))
    const answer = server.agent().post('/auth/second-factor').set('Cookie', cookie)
    await answer.send({ code: codeOf(secret) }).expect(status)
  })

  test('6.3.1 after ten wrong codes, also in parallel', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person)
    const code = wrongCode(secret)
    const guesses = Array.from({ length: 14 }, () => browser.post('/auth/second-factor').send({ code }))
    const statuses = (await Promise.all(guesses)).map(each => each.status).sort()
    expect(statuses).toEqual([...Array(4).fill(401), ...Array(10).fill(422)])
    const right = await finish(browser, secret).expect(401)
    expect(right.body.reason).toBe('too-many-attempts')
  })

  test('once it was used, also by two proofs at the same moment', async () => {
    const { person, secret, recoveryCodes } = await somebody()
    const { browser } = await server.signIn(person)
    const proofs = [{ code: codeOf(secret) }, ...recoveryCodes.slice(0, 3).map(recoveryCode => ({ recoveryCode }))]
    const answers = await Promise.all(proofs.map(proof => browser.post('/auth/second-factor').send(proof)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 200))
      expectProblem(answer, 401, 'authentication_required')
  })

  test('when the account was disabled meanwhile', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person)
    const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
    await disableUser(server.deps.store, user)
    expectProblem(await finish(browser, secret), 401, 'invalid_credentials')
  })

  test('when the password was changed meanwhile', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person)
    const user = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
    await replacePassword(server.deps, user, await server.deps.hasher.hash('another long sentence'))
    expectProblem(await finish(browser, secret), 401, 'invalid_credentials')
    expectProblem(await finish(browser, secret), 401, 'authentication_required')
  })
})

describe('guessing', () => {
  test('6.3.1 3.1.4 an account takes fifteen wrong codes from all logins together, then waits', async () => {
    const { person, secret } = await somebody()
    const statuses: number[] = []
    for (let login = 0; login < 2; login++) {
      const { browser } = await server.signIn(person)
      for (let tries = 0; tries < 8; tries++)
        statuses.push((await browser.post('/auth/second-factor').send({ code: wrongCode(secret) })).status)
    }
    expect(statuses).toEqual([...Array(15).fill(422), 429])
    const { browser } = await server.signIn(person)
    const refused = await finish(browser, secret)
    expectProblem(refused, 429, 'too_many_requests')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const others = await somebody()
    await finish((await server.signIn(others.person)).browser, others.secret).expect(200)
  })

  test('16.3.1 a wrong code is recorded, and never itself', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person)
    await browser
      .post('/auth/second-factor')
      .send({ code: wrongCode(secret) })
      .expect(422)
    const [event] = await server.rows('SELECT * FROM "AuditEvents" ORDER BY "seq" DESC LIMIT 1')
    expect(event).toMatchObject({
      event: 'authn_second_factor_fail',
      details: '{"authenticator":"totp","reason":"wrong"}',
    })
  })
})

describe('POST /auth/second-factor', () => {
  test.each([
    { body: {} },
    { body: { code: '123456', recoveryCode: 'ABCD' } },
    { body: { code: 123456 } },
    { body: { code: '123456', userId: 'x' } },
  ])('refuses $body', async ({ body }) => {
    const { person } = await somebody()
    const { browser } = await server.signIn(person)
    expectProblem(await browser.post('/auth/second-factor').send(body), 422, 'validation_failed')
  })

  test('takes "rememberDevice"', async () => {
    const { person, secret } = await somebody()
    const { browser } = await server.signIn(person)
    await browser
      .post('/auth/second-factor')
      .send({ code: codeOf(secret), rememberDevice: true })
      .expect(200)
  })

  test('is closed to who is signed in, and to a cookie that we did not sign', async () => {
    const { browser } = await server.signIn(await plainPerson())
    expectProblem(await browser.post('/auth/second-factor').send({ code: '123456' }), 401, 'authentication_required')
    const forged = server.agent().post('/auth/second-factor').set('Cookie', 'connect.sid=s:abc.def')
    const answer = expectProblem(await forged.send({ code: '123456' }), 401, 'authentication_required')
    expect(answer.reason).toBeUndefined()
  })
})

describe('NIST 3.2.2 codes at POST /auth/reauthenticate', () => {
  async function failuresOf({ email }: { email: string }) {
    const { id } = await User.findOne({ where: { email }, rejectOnEmpty: true })
    return server.rows(`SELECT "authenticator", "failures" FROM "AuthenticatorFailures" WHERE "userId" = '${id}'`)
  }
  async function signedIn() {
    const { person, secret } = await somebody()
    const browser = server.agent()
    await logIn(browser, person).expect(200)
    await finish(browser, secret).expect(200)
    await step(seconds(60))
    const prove = (code: string) => browser.post('/auth/reauthenticate').send({ code })
    return { person, secret, browser, prove }
  }

  test('count as at sign-in: after five wrong ones the right one has to wait, and is not used up', async () => {
    const { person, secret, prove } = await signedIn()
    for (let tries = 0; tries < 5; tries++) expectProblem(await prove(wrongCode(secret)), 422, 'invalid_code')
    expect(await failuresOf(person)).toEqual([{ authenticator: 'totp', failures: 5 }])
    await step(seconds(29))
    expectProblem(await prove(codeOf(secret)), 422, 'invalid_code')
    await step(seconds(1))
    await prove(codeOf(secret)).expect(200)
    expect(await failuresOf(person)).toEqual([])
  })

  test('keep their count through a new password, and lose it with the app', async () => {
    const { person, secret, browser, prove } = await signedIn()
    expectProblem(await prove(wrongCode(secret)), 422, 'invalid_code')
    const newPassword = 'a dozen purple umbrellas leaning'
    await browser.post('/auth/change-password').send({ currentPassword: person.password, newPassword }).expect(200)
    expect(await failuresOf(person)).toEqual([{ authenticator: 'totp', failures: 1 }])
    await browser.delete('/auth/totp').expect(200)
    expect(await failuresOf(person)).toEqual([])
  })
})
