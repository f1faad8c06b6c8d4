import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Language, User } from '../../models/user.ts'
import type { MailTemplate } from '../../src/mail/content.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails } from '../support/waiting-mails.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ SIGN_IN_WITH: 'password,passkey,email', HASH_QUEUE: '1000' })
})
afterAll(() => server.close())
beforeEach(() => noMails())

let number = 0
const newEmail = () => `language-${++number}@example.org`
const post = (path: string, language: string, body: object) =>
  supertest(server.url).post(path).set('Accept-Language', language).send(body)
const register = (email: string, language: string) => post('/auth/register', language, { ...ADA, email })
const rowOf = (email: string) => User.findOne({ where: { email }, rejectOnEmpty: true })
const keptFor = async (email: string) => (await rowOf(email)).language
const mailLanguage = async (to: string, template: MailTemplate) => (await mailFor(server, to, template)).language

/** An account whose owner confirmed the address. */
async function account(language: Language | null) {
  const email = newEmail()
  await server.register({ ...ADA, email })
  await User.update({ language, emailVerifiedAt: new Date() }, { where: { email } })
  await noMails()
  return email
}

describe('a new account keeps the language that was asked for', () => {
  test.each([
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['ja, pt-BR;q=0.9, en;q=0.8', 'pt'],
    ['en;q=0.2, FR', 'fr'],
    ['ja', null],
    ['*', null],
    ['<script>', null],
    ['toString, __proto__', null],
    [`${'x'.repeat(500)}, it`, 'it'],
  ])('at the registration: %s gives %s', async (header, language) => {
    const email = newEmail()
    const { body } = await register(email, header).expect(201)
    expect(body.language).toBe(language)
    expect(await keptFor(email)).toBe(language)
    expect(await mailLanguage(email, 'verify-email')).toBe(language)
  })

  test('at the registration by invitation, which comes in the language of the inviter', async () => {
    const inviter = await account('nl')
    await grant({ email: inviter }, 'admin')
    const admin = await apiClient(server, { email: inviter, password: PASSWORD })
    const email = newEmail()
    await admin.send('post', '/users').send({ email }).expect(202)
    const { language, token } = await mailFor(server, email, 'invitation')
    expect(language).toBe('nl')
    await post('/auth/register', 'es', { ...ADA, email, invitation: token }).expect(201)
    expect(await keptFor(email)).toBe('es')
  })
})

describe('a stranger who asks for a mail', () => {
  const ASKS = [
    ['/auth/forgot-password', 'reset-password'],
    ['/auth/login/email', 'sign-in'],
  ] as const

  test.each(ASKS)('at %s does not choose the language of an account that has one', async (path, template) => {
    const email = await account('de')
    await post(path, 'fr', { email }).expect(202)
    expect(await mailLanguage(email, template)).toBe('de')
    expect(await keptFor(email)).toBe('de')
  })

  test.each(ASKS)(
    'at %s chooses that of one mail to an account without one, and keeps nothing',
    async (path, template) => {
      const email = await account(null)
      await post(path, 'fr', { email }).expect(202)
      expect(await mailLanguage(email, template)).toBe('fr')
      expect(await keptFor(email)).toBe(null)
    },
  )

  test.each(ASKS)('at %s gets the same answer for an unknown address', async path => {
    const [known, unknown] = [await account('de'), newEmail()]
    const answers = await Promise.all([known, unknown].map(email => post(path, 'fr', { email })))
    const told = answers.map(({ status, body, headers }) => [status, body, headers['content-language'], headers.vary])
    expect(told[1]).toEqual(told[0])
  })
})

describe('a sign-in to an account without a language', () => {
  const signIn = (browser: ReturnType<TestServer['agent']>, email: string, language: string) =>
    browser.post('/auth/login').set('Accept-Language', language).send({ email, password: PASSWORD }).expect(200)

  test('keeps it at the first one, and the session says so', async () => {
    const email = await account(null)
    const browser = server.agent()
    await signIn(browser, email, 'pt-BR')
    expect(await keptFor(email)).toBe('pt')
    expect((await browser.get('/auth/session').expect(200)).body.user.language).toBe('pt')
    await signIn(server.agent(), email, 'fr')
    expect(await keptFor(email)).toBe('pt')
  })

  test('keeps it on a known device, and not on a new one, which may be a thief’s', async () => {
    const email = await account(null)
    const browser = server.agent()
    await signIn(browser, email, 'ja')
    await signIn(server.agent(), email, 'pl')
    expect(await keptFor(email)).toBe(null)
    expect(await mailLanguage(email, 'new-device')).toBe(null)
    await signIn(browser, email, 'de')
    expect(await keptFor(email)).toBe('de')
  })
})

describe('the user', () => {
  test('chooses another language, which every session says at the next request and every later mail is in', async () => {
    const email = await account('en')
    const person = { email, password: PASSWORD }
    const [here, there] = [await server.signIn(person), await server.signIn(person)]
    await there.browser.get('/auth/session').expect(200)
    const { body } = await here.browser.patch('/auth/profile').send({ language: 'it' }).expect(200)
    expect(body).toMatchObject({ language: 'it', name: ADA.name })
    for (const { browser } of [here, there])
      expect((await browser.get('/auth/session').expect(200)).body.user.language).toBe('it')
    const { body: made } = await here.browser.post('/auth/tokens').send({ name: 'backup', scopes: [] }).expect(201)
    expect(await mailLanguage(email, 'token-created')).toBe('it')
    const me = await supertest(server.url).get('/api/v1/me').set('Authorization', `Bearer ${made.token}`).expect(200)
    expect(me.body.user.language).toBe('it')
    const { body: activity } = await here.browser.get('/auth/activity').expect(200)
    expect(activity.events.map((each: { details: object }) => each.details)).toContainEqual({ fields: ['language'] })
  })

  test.each(['tlh', 'DE', 'de-AT', '', null, ['de'], 'constructor'])('cannot choose %j', async language => {
    const { browser } = await server.signIn({ email: await account('en'), password: PASSWORD })
    expectProblem(await browser.patch('/auth/profile').send({ language }), 422, 'validation_failed')
  })

  test('finds it in the export of their data', async () => {
    const { browser } = await server.signIn({ email: await account('pl'), password: PASSWORD })
    const { text } = await browser.get('/auth/export').expect(200)
    expect(JSON.parse(text).account.language).toBe('pl')
  })
})

test('an administrator sees and sets it', async () => {
  const email = await account('en')
  await grant({ email }, 'admin')
  const admin = await apiClient(server, { email, password: PASSWORD })
  const { id } = await rowOf(await account('de'))
  expect((await admin.send('get', `/users/${id}`).expect(200)).body.language).toBe('de')
  const change = (body: object) => admin.send('patch', `/users/${id}`).set('If-Match', '*').send(body)
  expect((await change({ language: 'fr' }).expect(200)).body.language).toBe('fr')
  expectProblem(await change({ language: 'xx' }), 422, 'validation_failed')
})

test('an owner who takes an account back does not get the language of the stranger who registered it', async () => {
  const email = newEmail()
  await register(email, 'pl').expect(201)
  const { token } = await mailFor(server, email, 'verify-email')
  await server.agent().post('/auth/verify-email').send({ token }).expect(200)
  expect(await keptFor(email)).toBe(null)
})
