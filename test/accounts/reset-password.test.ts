import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { minutes } from '../../src/durations.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const NEXT = 'a dozen purple umbrellas leaning'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100', BASE_URL: 'http://localhost:3000' })
  await server.register(BOB)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: ADA.email } })
  await server.register()
  await noMails()
})

const forgot = (email: string) => supertest(server.url).post('/auth/forgot-password').send({ email })
function reset(token: string, password = NEXT) {
  return supertest(server.url).post('/auth/reset-password').send({ token, password })
}
async function resetToken() {
  await forgot(ADA.email).expect(202)
  return (await mailFor(server, ADA.email, 'reset-password')).token
}
const login = (password: string) => supertest(server.url).post('/auth/login').send({ email: ADA.email, password })

describe('6.4.3 a forgotten password', () => {
  test('is replaced by the link in the mail: nobody is signed in by it, every session ends, the owner is told', async () => {
    const { browser } = await server.signIn()
    const token = await resetToken()
    await browser.get('/auth/session').expect(200)

    const answer = await reset(token).expect(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
    const refused = await browser.get('/auth/session')
    expect(refused.body).toMatchObject({ code: 'authentication_required', reason: 'password-changed' })
    await login(ADA.password).expect(401)
    await login(NEXT).expect(200)
    expect((await mailFor(server, ADA.email, 'password-changed')).link).toMatch(/^http:\/\/localhost:3000\/not-me#/)
    expect(await events()).toEqual(['authn_password_reset_request', 'authn_password_reset'])
  })

  test('asking for a link changes nothing yet: the old password signs in, sessions go on', async () => {
    const { browser } = await server.signIn()
    await resetToken()
    await login(ADA.password).expect(200)
    await browser.get('/auth/session').expect(200)
  })

  test('6.3.8 the answer is the same for a known, an unknown and a disabled address, and only the known one gets a mail', async () => {
    await User.update({ disabledAt: new Date() }, { where: { email: BOB.email } })
    const answers = [await forgot(ADA.email), await forgot('nobody@example.org'), await forgot(BOB.email)]
    const seen = answers.map(({ status, body, headers: { date, 'x-request-id': id, ...headers } }) => {
      expect([date, id]).not.toContain(undefined)
      return { status, body, headers }
    })
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
    await mailFor(server, ADA.email, 'reset-password')
    expect((await waitingMails(server)).map(({ to }) => to)).toEqual([ADA.email])
    await User.update({ disabledAt: null }, { where: { email: BOB.email } })
  })

  test('14.2.1 the secret stands in the fragment of a link on BASE_URL, whatever Host the request names, and not in the database', async () => {
    await forgot(ADA.email).set('Host', 'evil.example').set('X-Forwarded-Host', 'evil.example').expect(202)
    const { link, token } = await mailFor(server, ADA.email, 'reset-password')
    expect(new URL(link)).toMatchObject({ origin: 'http://localhost:3000', pathname: '/reset-password', search: '' })
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    for (const table of ['OneTimeLinks', 'Mails', 'AuditEvents'])
      expect(JSON.stringify(await server.rows(`SELECT * FROM "${table}"`))).not.toContain(token)
  })
})

describe('a reset link', () => {
  test('a second request voids the first', async () => {
    const first = await resetToken()
    await noMails()
    const second = await resetToken()
    expectProblem(await reset(first), 403, 'invalid_link')
    await reset(second).expect(200)
  })

  test('6.5.5 is dead after 30 minutes', async () => {
    const token = await resetToken()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes(30) })
    try {
      expectProblem(await reset(token), 403, 'invalid_link')
    } finally {
      vi.useRealTimers()
    }
    await reset(token).expect(200)
  })

  test('2.3.4 of 50 parallel tries one succeeds', async () => {
    const token = await resetToken()
    const answers = await Promise.all(Array.from({ length: 50 }, () => reset(token)))
    const counts = Map.groupBy(answers, ({ status }) => status)
    expect([...counts.keys()].sort()).toEqual([200, 403])
    expect(counts.get(200)).toHaveLength(1)
  })

  test('survives a password that the rules refuse', async () => {
    const token = await resetToken()
    for (const password of ['too short', ADA.email, 'password123456789']) {
      const problem = expectProblem(await reset(token, password), 422, 'validation_failed')
      expect(problem.errors?.[0]?.pointer).toBe('#/password')
    }
    await reset(token).expect(200)
  })

  test.each(['', 'x', 'a'.repeat(201), '../../etc', '\u0000'])('2.2.1 a made-up secret %j is refused', async token => {
    const { status } = await reset(token)
    expect([403, 422]).toContain(status)
  })

  test('of another purpose does not reset', async () => {
    await User.update({ emailVerifiedAt: null }, { where: { email: ADA.email } })
    const { browser } = await server.signIn()
    await browser.post('/auth/verify-email/resend').expect(202)
    const { token } = await mailFor(server, ADA.email, 'verify-email')
    expectProblem(await reset(token), 403, 'invalid_link')
  })

  test('does not enable a disabled account', async () => {
    const token = await resetToken()
    await User.update({ disabledAt: new Date() }, { where: { email: ADA.email } })
    expectProblem(await reset(token), 403, 'invalid_link')
    await login(NEXT).expect(401)
  })

  test('15.4.2 a change of password at the same moment leaves one of the two passwords, and the other told so', async () => {
    const token = await resetToken()
    const { browser } = await server.signIn()
    const changed = 'twenty slow turtles in a canoe'
    const [one, other] = await Promise.all([
      reset(token),
      browser.post('/auth/change-password').send({ currentPassword: ADA.password, newPassword: changed }),
    ])
    const valid = [await login(NEXT), await login(changed)].filter(({ status }) => status === 200)
    expect(valid).toHaveLength(1)
    expect([200, 401, 403, 409]).toContain(one.status)
    expect([200, 401, 403, 409]).toContain(other.status)
  })
})

async function events() {
  return (
    await server.rows<{ event: string }>(
      `SELECT a."event" FROM "AuditEvents" a JOIN "Users" u ON u."id" = a."userId" WHERE u."email" = '${ADA.email}'
        AND a."event" LIKE '%reset%' ORDER BY a."seq"`,
    )
  ).map(({ event }) => event)
}
