import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { User } from '../../models/user.ts'
import { hours, minutes } from '../../src/durations.ts'
import { type Access, requireVerifiedEmail } from '../../src/http/access.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { accessToken, askWith, personalToken } from '../support/bearer.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const NEW_EMAIL = 'ada@new.example.org'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100' }, undefined, {
    auth: () => [guarded('/auth/guarded', 'session')],
    api: () => [guarded('/api/guarded', 'bearer')],
  })
  await server.register(BOB)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: [ADA.email, NEW_EMAIL] } })
  await noMails()
  await server.register()
})

/** A route of a team's own that trusts the address. */
function guarded(path: string, access: Access) {
  return endpoint({
    method: 'get',
    path,
    summary: 'Only with a confirmed address',
    tags: ['Test'],
    access,
    responses: { 200: { description: 'Passed', schema: z.unknown() } },
    guards: [requireVerifiedEmail],
    handler: () => ({ passed: true }),
  })
}

const post = (path: string, token: string) => supertest(server.url).post(path).send({ token })
const ada = async (email = ADA.email) => User.findOne({ where: { email } })
async function later<T>(milliseconds: number, work: () => Promise<T>) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds })
  try {
    return await work()
  } finally {
    vi.useRealTimers()
  }
}

describe('the address of a new account', () => {
  test('is confirmed by the link of the mail that registration sends, once', async () => {
    expect((await ada())?.emailVerifiedAt).toBeNull()
    const { token, link } = await mailFor(server, ADA.email, 'verify-email')
    expect(new URL(link).pathname).toBe('/verify-email')
    await post('/auth/verify-email', token).expect(200)
    expect((await ada())?.toPublic().emailVerified).toBe(true)
    expectProblem(await post('/auth/verify-email', token), 403, 'invalid_link')
  })

  test('says in the principal whether it is confirmed, from the next request on, and opens what wants it confirmed', async () => {
    const { browser, cookie } = await server.signIn()
    const token = await accessToken(server, cookie)
    const { token: personal } = await personalToken(server, cookie)
    const seen = async () => [
      (await browser.get('/auth/session').expect(200)).body.user.emailVerified,
      (await browser.get('/auth/profile').expect(200)).body.emailVerified,
      (await askWith(server, token).expect(200)).body.user.emailVerified,
      (await askWith(server, personal).expect(200)).body.user.emailVerified,
    ]
    const guarded = () => [browser.get('/auth/guarded'), askWith(server, token, '/api/guarded')]
    expect(await seen()).toEqual([false, false, false, false])
    for (const answer of await Promise.all(guarded())) expectProblem(answer, 403, 'email_not_verified')
    const { token: link } = await mailFor(server, ADA.email, 'verify-email')
    await browser.post('/auth/verify-email').send({ token: link }).expect(200)
    expect(await seen()).toEqual([true, true, true, true])
    for (const answer of await Promise.all(guarded())) expect(answer.status).toBe(200)
  })

  test('is asked for again by who is signed in; the newest link voids the older, and a confirmed address gets no mail', async () => {
    const { token: first } = await mailFor(server, ADA.email, 'verify-email')
    await noMails()
    const { browser } = await server.signIn()
    await browser.post('/auth/verify-email/resend').expect(202)
    const { token } = await mailFor(server, ADA.email, 'verify-email')
    expectProblem(await post('/auth/verify-email', first), 403, 'invalid_link')
    await browser.post('/auth/verify-email').send({ token }).expect(200)
    await noMails()
    await browser.post('/auth/verify-email/resend').expect(202)
    expect(await waitingMails(server)).toEqual([])
  })

  test('is not confirmed after a day, by GET, or by a link to another address', async () => {
    const { token } = await mailFor(server, ADA.email, 'verify-email')
    await later(hours(24), async () => expectProblem(await post('/auth/verify-email', token), 403, 'invalid_link'))
    await supertest(server.url).get('/auth/verify-email').query({ token }).expect(405)
    await User.update({ email: NEW_EMAIL }, { where: { email: ADA.email } })
    expectProblem(await post('/auth/verify-email', token), 403, 'invalid_link')
    expect((await ada(NEW_EMAIL))?.emailVerifiedAt).toBeNull()
  })

  test('2.3.4 of 50 parallel confirmations one succeeds', async () => {
    const { token } = await mailFor(server, ADA.email, 'verify-email')
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/auth/verify-email', token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(49)
  })
})

describe('a change of address', () => {
  async function requested(email = NEW_EMAIL) {
    const { browser } = await server.signIn()
    await browser.post('/auth/change-email').send({ email }).expect(202)
    return browser
  }

  test('waits for the new address; the old one is told at once and signs in until then', async () => {
    await requested()
    const notice = await mailFor(server, ADA.email, 'email-change-requested')
    expect(notice.data).toMatchObject({ newEmail: NEW_EMAIL })
    expect(await ada(NEW_EMAIL)).toBeNull()
    await server.signIn()

    const { token, link } = await mailFor(server, NEW_EMAIL, 'confirm-new-email')
    expect(new URL(link).pathname).toBe('/confirm-email')
    await post('/auth/confirm-email', token).expect(200)
    expect((await ada(NEW_EMAIL))?.emailVerifiedAt).not.toBeNull()
    await server.signIn({ ...ADA, email: NEW_EMAIL })
    await supertest(server.url).post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(401)
  })

  test('7.4.3 ends every session, and tells both addresses', async () => {
    const browser = await requested()
    await post('/auth/confirm-email', (await mailFor(server, NEW_EMAIL, 'confirm-new-email')).token).expect(200)
    const refused = await browser.get('/auth/session')
    expect(refused.body).toMatchObject({ status: 401, reason: 'email-changed' })
    await mailFor(server, ADA.email, 'email-changed')
    await mailFor(server, NEW_EMAIL, 'email-changed')
  })

  test('is taken back by the link to the old address: everything ends, the password is gone, a reset link is sent there', async () => {
    await requested()
    await post('/auth/confirm-email', (await mailFor(server, NEW_EMAIL, 'confirm-new-email')).token).expect(200)
    const thief = await server.signIn({ ...ADA, email: NEW_EMAIL })
    const { token, link } = await mailFor(server, ADA.email, 'email-changed')
    expect(new URL(link).pathname).toBe('/undo-email-change')
    await post('/auth/undo-email-change', token).expect(200)
    expect((await thief.browser.get('/auth/session')).body).toMatchObject({ status: 401, reason: 'reported' })
    expect(await ada()).toMatchObject({ passwordHash: null })
    const reset = await mailFor(server, ADA.email, 'reset-password')
    const password = 'a dozen purple umbrellas leaning'
    await supertest(server.url).post('/auth/reset-password').send({ token: reset.token, password }).expect(200)
    await server.signIn({ ...ADA, password })
  })

  test('7.5.1 needs a recent proof', async () => {
    const { browser } = await server.signIn()
    await later(minutes(5) + 1000, async () => {
      const answer = await browser.post('/auth/change-email').send({ email: NEW_EMAIL })
      expectProblem(answer, 403, 'reauthentication_required')
    })
  })

  test('6.3.8 to an address that is taken is answered alike, and neither its owner nor a link can complete it', async () => {
    await requested(BOB.email)
    expect((await waitingMails(server)).map(({ to }) => to)).not.toContain(BOB.email)
  })

  test('to an address that somebody registers meanwhile is refused at the link', async () => {
    await requested()
    const { token } = await mailFor(server, NEW_EMAIL, 'confirm-new-email')
    await server.register({ ...BOB, email: NEW_EMAIL })
    expectProblem(await post('/auth/confirm-email', token), 403, 'invalid_link')
    expect(await ada()).not.toBeNull()
  })

  test('to the present address, in any spelling, is refused', async () => {
    const { browser } = await server.signIn()
    const answer = await browser.post('/auth/change-email').send({ email: ' ADA@example.ORG ' })
    expect(expectProblem(answer, 422, 'validation_failed').errors?.[0]?.pointer).toBe('#/email')
  })
})
