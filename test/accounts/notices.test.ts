import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import { User } from '../../models/user.ts'
import { FIRST_WAIT_AT } from '../../src/factors/failures.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { enrolTotp } from '../support/enrol.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

let server: TestServer
let admin: ApiClient
let bob: User
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { email: BOB.email } })
  await server.register(BOB)
  bob = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
  await noMails()
})

const templatesTo = async (to: string) => (await waitingMails(server, to)).map(({ template }) => template)
const signInAs = (password: string) => supertest(server.url).post('/auth/login').send({ email: BOB.email, password })

describe('6.3.7 the owner is told', () => {
  test('that the recovery codes were replaced, once the new ones work; the link removes them', async () => {
    const { browser } = await server.signIn(BOB)
    await enrolTotp(browser)
    await noMails()
    const { body } = await browser.post('/auth/recovery-codes').expect(200)
    expect(await templatesTo(BOB.email)).toEqual([])
    await browser.post('/auth/recovery-codes/confirm').send({ recoveryCode: body.recoveryCodes[0] }).expect(200)
    const { token } = await mailFor(server, BOB.email, 'recovery-codes-replaced')
    await supertest(server.url).post('/auth/not-me').send({ token }).expect(200)
    expect(await server.rows(`SELECT "id" FROM "RecoveryCodes" WHERE "userId" = '${bob.id}'`)).toEqual([])
  })

  test('of a username that an administrator changed, and of no other change', async () => {
    const change = (body: object) => admin.send('patch', `/users/${bob.id}`).set('If-Match', '*').send(body).expect(200)
    await change({ username: 'bobby' })
    expect(await mailFor(server, BOB.email, 'username-changed')).toMatchObject({ data: { username: 'bobby' } })
    await change({ username: null })
    expect(await mailFor(server, BOB.email, 'username-changed')).toMatchObject({ data: { username: null } })
    await noMails()
    await change({ name: 'Robert Kahn', username: null })
    expect(await templatesTo(BOB.email)).toEqual([])
  })

  test('of a role that was granted through the API, once', async () => {
    for (let times = 0; times < 2; times++) await admin.send('put', `/users/${bob.id}/roles/admin`).expect(204)
    expect(await mailFor(server, BOB.email, 'role-granted')).toMatchObject({ data: { role: 'admin' } })
    expect(await templatesTo(BOB.email)).toEqual(['role-granted'])
  })

  test('of a role that an operator granted', async () => {
    const { code, stderr } = await cliHere(settingsOf(server)).run(['user', 'grant', BOB.email, 'admin'])
    expect([code, stderr]).toEqual([0, ''])
    expect(await mailFor(server, BOB.email, 'role-granted')).toMatchObject({ data: { role: 'admin' } })
  })

  test('of a new personal token; the link ends it', async () => {
    const { browser } = await server.signIn(BOB)
    const { body } = await browser.post('/auth/tokens').send({ name: 'nightly backup', scopes: [] }).expect(201)
    const mail = await mailFor(server, BOB.email, 'token-created')
    expect(mail).toMatchObject({ data: { token: 'nightly backup', expires: body.expires } })
    await supertest(server.url).post('/auth/not-me').send({ token: mail.token }).expect(200)
    await supertest(server.url).get('/api/v1/me').set('Authorization', `Bearer ${body.token}`).expect(401)
  })
})

describe('6.3.5 the right password after wrong ones', () => {
  async function guess(times: number) {
    for (let wrong = 0; wrong < times; wrong++) await signInAs('not the password at all').expect(401)
    await AuthenticatorFailures.update({ waitUntil: null }, { where: { userId: bob.id } })
  }

  test(`is told to the owner from ${FIRST_WAIT_AT} on, with their number`, async () => {
    await guess(FIRST_WAIT_AT)
    await signInAs(BOB.password).expect(200)
    expect(await mailFor(server, BOB.email, 'right-after-failures')).toMatchObject({
      data: { failures: FIRST_WAIT_AT },
    })
    await noMails()
    await signInAs(BOB.password).expect(200)
    expect(await templatesTo(BOB.email)).not.toContain('right-after-failures')
  })

  test('is told of a code too', async () => {
    const { browser } = await server.signIn(BOB)
    const { recoveryCodes } = await enrolTotp(browser)
    const pending = server.agent()
    await pending.post('/auth/login').send({ email: BOB.email, password: BOB.password }).expect(200)
    for (let wrong = 0; wrong < FIRST_WAIT_AT; wrong++)
      await pending.post('/auth/second-factor').send({ code: '000000' }).expect(422)
    await AuthenticatorFailures.update({ waitUntil: null }, { where: { userId: bob.id } })
    await pending.post('/auth/second-factor').send({ recoveryCode: recoveryCodes[0] }).expect(200)
    expect(await mailFor(server, BOB.email, 'right-after-failures')).toMatchObject({
      data: { failures: FIRST_WAIT_AT, by: 'second factor' },
    })
  })

  test('is not told where somebody only mistyped', async () => {
    await guess(FIRST_WAIT_AT - 1)
    await signInAs(BOB.password).expect(200)
    expect(await templatesTo(BOB.email)).not.toContain('right-after-failures')
  })
})
