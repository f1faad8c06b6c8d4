import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { User } from '../../models/user.ts'
import { createLink } from '../../src/links/links.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, startServer, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'
import { countStatements } from '../support/statement-counter.ts'

const MAIL_LIMIT = 4
const OTHER_PASSWORD = 'a dozen purple umbrellas leaning'

const counter = countStatements()
let mailbox: Mailbox
let server: TestServer
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({
    ...mailbox.settings,
    BASE_URL: 'http://localhost:3000',
    MAIL_LIMIT_ADDRESS: String(MAIL_LIMIT),
  })
  await User.create({ ...BOB, username: 'bob', passwordHash: null, emailVerifiedAt: new Date() })
})
afterAll(async () => {
  await server.close()
  await mailbox.close()
  counter.stop()
})

const register = (body: object, browser = server.agent()) => browser.post('/auth/register').send(body)
const login = (email: string, password: string) => server.agent().post('/auth/login').send({ email, password })
async function nextMail(to: string) {
  await server.deps.delayed.finish()
  return await mailbox.next(to)
}
const confirm = (token: string, browser = server.agent()) => browser.post('/auth/verify-email').send({ token })

/** What the mail worker does with the mails of before is not the request's. */
const tells = (sql: string) => /^\s*(INSERT|UPDATE|DELETE)|Users/.test(sql) && !/^\s*(UPDATE|DELETE).*Mails/.test(sql)

describe('6.3.8 where mail is set up, a registration does not tell whether the address has an account', () => {
  test('by its status, body, headers, statements, or the next sign-in', async () => {
    const told = []
    for (const email of ['warm-up@example.org', BOB.email, 'fresh@example.org', 'fresh@example.org']) {
      const seen: object[] = []
      const ran = await counter.during(async () => {
        const answer = await register({ ...ADA, email })
        const { 'set-cookie': _cookie, date: _date, 'x-request-id': _id, ...headers } = answer.headers
        const cookies = [...cookiesOf(answer)].map(([name, { value, attributes }]) => {
          attributes.delete('expires')
          return [name, value.length > 0, [...attributes]]
        })
        seen.push({ status: answer.status, body: answer.body, headers, cookies })
      })
      const statements = ran.filter(tells)
      await server.deps.delayed.finish()
      const { status, body } = await login(email, ADA.password)
      seen.push({ status, code: body.code }, statements)
      told.push(seen)
    }
    const [, known, unknown, pending] = told
    expect(known?.[0]).toMatchObject({ status: 202, body: { message: expect.any(String) } })
    expect(known?.[1]).toEqual({ status: 401, code: 'invalid_credentials' })
    expect(unknown).toEqual(known)
    expect(pending).toEqual(known)
  })

  test('by a user name: one that is taken is left out when the address is confirmed', async () => {
    for (const username of ['bob', 'grace']) {
      const email = `${username}@names.example.org`
      const browser = server.agent()
      await register({ ...ADA, email, username }, browser).expect(202)
      await confirm((await nextMail(email)).token, browser).expect(200)
      const { body } = await login(email, ADA.password).expect(200)
      expect(body.user.username).toBe(username === 'bob' ? null : 'grace')
    }
  })

  test('beyond the limit of mails to an address', async () => {
    await User.create({ ...ADA, username: null, passwordHash: null, emailVerifiedAt: new Date() })
    for (const email of [ADA.email, 'limited@example.org']) {
      for (let sent = 0; sent < MAIL_LIMIT; sent++) await register({ ...ADA, email }).expect(202)
      expectProblem(await register({ ...ADA, email }), 429, 'too_many_requests')
    }
  })
})

test('the owner of the account is told by a mail that carries no secret', async () => {
  await register({ ...ADA, email: BOB.email, name: 'Mallory' }).expect(202)
  const { subject, text, link, token } = await nextMail(BOB.email)
  expect(subject).toContain('You already have an account')
  expect([link, token]).toEqual(['http://localhost:3000/sign-in', ''])
  expect(text).not.toContain('Mallory')
  expect(await User.findOne({ where: { email: BOB.email } })).toMatchObject({ name: BOB.name, passwordHash: null })
})

test('the browser that registered signs in with its password once the address is confirmed', async () => {
  const browser = server.agent()
  await register({ ...ADA, email: 'own@example.org' }, browser).expect(202)
  const { token } = await nextMail('own@example.org')
  expectProblem(await login('own@example.org', ADA.password), 401, 'invalid_credentials')
  expect((await confirm(token, browser).expect(200)).body).not.toHaveProperty('passwordToken')
  await login('own@example.org', ADA.password).expect(200)
})

test('a stranger who registers the same address later gets nothing: neither their password nor the earlier browser counts', async () => {
  const email = 'raced@example.org'
  const owner = server.agent()
  await register({ ...ADA, email }, owner).expect(202)
  const first = await nextMail(email)
  await register({ ...ADA, email, password: OTHER_PASSWORD }).expect(202)
  const second = await nextMail(email)
  expectProblem(await confirm(first.token, owner), 403, 'invalid_link')
  const { body } = await confirm(second.token, owner).expect(200)
  expect(body).toHaveProperty('passwordToken')
  for (const password of [ADA.password, OTHER_PASSWORD])
    expectProblem(await login(email, password), 401, 'invalid_credentials')
})

test('a forgotten password of an account that waits is set by whoever reads its mail', async () => {
  const email = 'waits@example.org'
  await register({ ...ADA, email }).expect(202)
  await nextMail(email)
  await server.agent().post('/auth/forgot-password').send({ email }).expect(202)
  const { token } = await nextMail(email)
  await server.agent().post('/auth/reset-password').send({ token, password: OTHER_PASSWORD }).expect(200)
  await login(email, ADA.password).expect(401)
  await login(email, OTHER_PASSWORD).expect(200)
})

test('an invitation is answered as without a mail server', async () => {
  const token = async () => (await createLink(server.env.BASE_URL, 'invitation', { email: null })).split('#')[1]
  await register({ ...ADA, email: 'invited@example.org', invitation: await token() }).expect(201)
  expectProblem(await register({ ...ADA, email: BOB.email, invitation: await token() }), 409, 'account_exists')
})
