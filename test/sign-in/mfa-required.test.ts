import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { Authenticator } from '../support/authenticator.ts'
import { ENDPOINTS } from '../support/authorisation-matrix.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { moveClock, stopClock } from '../support/ways.ts'

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000'

/** What a session may do that still lacks its second factor. */
const ENROLMENT = [
  'GET /auth/session',
  'POST /auth/logout',
  'POST /auth/reauthenticate',
  'POST /auth/reauthenticate/options',
  'GET /auth/review',
  'POST /auth/review',
  'POST /auth/reauthenticate/provider',
  'GET /auth/identities',
  'GET /auth/factors',
  'POST /auth/totp',
  'POST /auth/totp/confirm',
  'DELETE /auth/totp',
  'POST /auth/recovery-codes',
  'POST /auth/recovery-codes/confirm',
  'POST /auth/passkeys/options',
  'POST /auth/passkeys',
  'PATCH /auth/passkeys/{id}',
  'DELETE /auth/passkeys/{id}',
]

let server: TestServer
beforeAll(async () => {
  server = await startServer({ MFA_REQUIRED: 'all' })
})
afterAll(() => server.close())

let people = 0
const step = (milliseconds: number) => moveClock(milliseconds, server)
async function somebody() {
  const person = { ...ADA, email: `person${people++}@example.org` }
  await server.register(person)
  return { person, ...(await server.signIn(person)) }
}
function refused(answer: { status: number; headers: Record<string, unknown>; body: unknown }) {
  return expectProblem(answer, 403, 'second_factor_enrolment_required')
}

beforeEach(() => stopClock(server))
afterEach(() => void vi.useRealTimers())

describe('6.3.3 MFA_REQUIRED=all', () => {
  test('who has no second factor gets a session that says so', async () => {
    const { person } = await somebody()
    const { email, password } = person
    const { body } = await server.agent().post('/auth/login').send({ email, password }).expect(200)
    expect(body).toMatchObject({ user: { email }, secondFactorEnrolment: true })
  })

  const closed = Object.entries(ENDPOINTS).filter(
    ([route, row]) => route.includes(' /auth/') && row[0] === 401 && row[1] !== 401 && !ENROLMENT.includes(route),
  )

  test.each(closed)('it does not open %s', async route => {
    const { cookie } = await somebody()
    const [method = '', template = ''] = route.split(' ')
    const answer = await fetch(server.url + template.replace('{id}', UNKNOWN_ID), {
      method,
      headers: { Cookie: cookie, 'Content-Type': 'application/json' },
      ...(method !== 'GET' && { body: '{}' }),
    })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      403,
      'second_factor_enrolment_required',
    ])
  })

  test.each(ENROLMENT)('it opens %s', async route => {
    const { cookie } = await somebody()
    const [method = '', template = ''] = route.split(' ')
    const answer = await fetch(server.url + template.replace('{id}', UNKNOWN_ID), {
      method,
      headers: { Cookie: cookie, 'Content-Type': 'application/json' },
      ...(method !== 'GET' && { body: '{}' }),
    })
    expect(answer.status).toBe(ENDPOINTS[route]?.[1])
  })

  test('7.2.4 an authenticator app opens the rest, under a new id', async () => {
    const { browser, cookie } = await somebody()
    refused(await browser.get('/auth/profile'))
    await enrolTotp(browser)
    await browser.get('/auth/profile').expect(200)
    const dead = await server.agent().get('/auth/profile').set('Cookie', cookie).expect(401)
    expect(dead.body.reason).toBe('replaced')
  })

  test('so does a passkey', async () => {
    const { browser } = await somebody()
    const options = (await browser.post('/auth/passkeys/options').send({}).expect(200)).body
    const credential = new Authenticator(server.env.BASE_URL).create(options)
    await browser.post('/auth/passkeys').send({ name: 'Key', credential }).expect(200)
    await browser.get('/auth/profile').expect(200)
  })

  test('a secret that is not confirmed opens nothing', async () => {
    const { browser } = await somebody()
    await browser.post('/auth/totp').send({}).expect(200)
    refused(await browser.get('/auth/profile'))
  })

  test('the last second factor cannot be removed; one of two can', async () => {
    const { browser } = await somebody()
    await enrolTotp(browser)
    expectProblem(await browser.delete('/auth/totp'), 409, 'second_factor_needed')
    const { body } = await browser.get('/auth/factors').expect(200)
    expect(body).toMatchObject({ totp: { confirmedAt: expect.any(String) }, recoveryCodesLeft: 10 })
    const options = (await browser.post('/auth/passkeys/options').send({}).expect(200)).body
    const credential = new Authenticator(server.env.BASE_URL).create(options)
    await browser.post('/auth/passkeys').send({ name: 'Key', credential }).expect(200)
    await browser.delete('/auth/totp').expect(200)
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    expectProblem(await browser.delete(`/auth/passkeys/${id}`), 409, 'second_factor_needed')
  })

  test('two removals at once leave one factor', async () => {
    const { browser } = await somebody()
    await enrolTotp(browser)
    const options = (await browser.post('/auth/passkeys/options').send({}).expect(200)).body
    const credential = new Authenticator(server.env.BASE_URL).create(options)
    await browser.post('/auth/passkeys').send({ name: 'Key', credential }).expect(200)
    const [{ id }] = (await browser.get('/auth/factors')).body.passkeys
    const removals = [browser.delete('/auth/totp'), browser.delete(`/auth/passkeys/${id}`)]
    const statuses = (await Promise.all(removals)).map(each => each.status)
    expect(statuses.sort()).toEqual([200, 409])
  })

  test('a session that a factor was added beside proves it and goes on', async () => {
    const { person, browser } = await somebody()
    const other = await server.signIn(person)
    const { secret } = (await browser.post('/auth/totp').send({})).body
    await browser
      .post('/auth/totp/confirm')
      .send({ code: codeOf(secret), endOthers: false })
      .expect(200)
    refused(await other.browser.get('/auth/profile'))
    await other.browser.post('/auth/reauthenticate').send({ password: person.password }).expect(422)
    refused(await other.browser.get('/auth/profile'))
    await step(seconds(60))
    await other.browser
      .post('/auth/reauthenticate')
      .send({ code: codeOf(secret) })
      .expect(200)
    await other.browser.get('/auth/profile').expect(200)
  })
})
