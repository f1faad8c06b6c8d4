import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import { days } from '../../src/durations.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { askWith, personalToken } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails, waitingMails } from '../support/waiting-mails.ts'

const NEW_PASSWORD = 'nine patient otters in a canoe'
const CAS = { username: 'casper', name: 'Casper Doe' }

let server: TestServer
let admin: ApiClient
let user: User
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100', UNVERIFIED_ACCOUNTS: '7d', LOGIN_LIMIT_ACCOUNT_CLIENT: '3' })
  for (const person of [ADA, BOB]) await server.register(person)
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.destroy({ where: { name: CAS.name } })
  await noMails()
  user = await User.create({ ...CAS, email: null, passwordHash: await server.deps.hasher.hash(PASSWORD) })
})

async function signIn(password = PASSWORD) {
  const browser = server.agent()
  const answer = await browser.post('/auth/login').send({ username: CAS.username, password }).expect(200)
  const { name } = server.deps.cookie
  return { browser, body: answer.body, cookie: `${name}=${cookiesOf(answer).get(name)?.value}` }
}

describe('a user without an email address', () => {
  test('signs in by username, is shown without an address, and gets no mail', async () => {
    const { browser, body, cookie } = await signIn()
    const shown = { id: user.id, email: null, emailVerified: false, username: CAS.username }
    expect(body.user).toMatchObject(shown)
    for (const path of ['/auth/session', '/auth/profile'])
      expect(JSON.stringify((await browser.get(path).expect(200)).body)).toContain('"email":null,"emailVerified":false')
    expect((await browser.get('/auth/dashboard').expect(200)).body.email).toBeNull()
    const { token } = await personalToken(server, cookie)
    expect((await askWith(server, token).expect(200)).body.user).toMatchObject(shown)
    await signIn()
    expect(await waitingMails(server)).toEqual([])
  })

  test('6.2.2 changes the password, proves it again, and adds factors that carry the username', async () => {
    const { browser } = await signIn()
    const wrong = { currentPassword: 'wrong', newPassword: NEW_PASSWORD }
    await browser.post('/auth/change-password').send(wrong).expect(401)
    await browser
      .post('/auth/change-password')
      .send({ ...wrong, currentPassword: PASSWORD })
      .expect(200)
    await browser.post('/auth/reauthenticate').send({ password: PASSWORD }).expect(401)
    await browser.post('/auth/reauthenticate').send({ password: NEW_PASSWORD }).expect(200)
    expect((await browser.post('/auth/totp').expect(200)).body.uri).toContain(`:${CAS.username}?`)
    expect((await browser.post('/auth/passkeys/options').expect(200)).body.user.name).toBe(CAS.username)
    expect(await waitingMails(server)).toEqual([])
  })

  test('6.3.1 is throttled by account and session when proving who they are', async () => {
    const { browser } = await signIn()
    const prove = () => browser.post('/auth/reauthenticate').send({ password: 'wrong' })
    for (const _ of [1, 2, 3]) await prove().expect(401)
    await prove().expect(429)
    const events = await server.rows(`SELECT 1 FROM "AuditEvents" WHERE "event" = 'authn_login_fail_max'
      AND "userId" = '${user.id}'`)
    expect(events).toHaveLength(1)
    await signIn()
  })

  test('has nothing to reset or to verify, and is told so', async () => {
    const { browser } = await signIn()
    await supertest(server.url).post('/auth/forgot-password').send({ email: CAS.username }).expect(422)
    expectProblem(await browser.post('/auth/verify-email/resend'), 409, 'conflict')
    const reset = await admin.send('post', `/users/${user.id}/reset`)
    expectProblem(reset, 409, 'conflict')
    expect(reset.body.detail).toContain('no email address')
    expect(await waitingMails(server)).toEqual([])
    expect(await OneTimeLink.count({ where: { purpose: ['reset-password', 'verify-email'], userId: user.id } })).toBe(0)
  })

  test('adds an address, which counts once it is confirmed', async () => {
    const { browser } = await signIn()
    const email = 'casper@example.org'
    await browser.post('/auth/change-email').send({ email }).expect(202)
    expect((await browser.get('/auth/change-email').expect(200)).body.email).toBe(email)
    const { token } = await mailFor(server, email, 'confirm-new-email')
    expect((await user.reload()).email).toBeNull()
    await supertest(server.url).post('/auth/confirm-email').send({ token }).expect(200)
    await browser.get('/auth/session').expect(401)
    expect((await waitingMails(server)).map(({ to, template }) => [to, template])).toEqual([
      [email, 'confirm-new-email'],
      [email, 'email-changed'],
    ])
    const { body } = await server.agent().post('/auth/login').send({ email, password: PASSWORD }).expect(200)
    expect(body.user).toMatchObject({ email, emailVerified: true })
    expect(await OneTimeLink.count({ where: { purpose: 'undo-email-change', userId: user.id } })).toBe(0)
  })

  test('exports the account, and deletes it by typing the username', async () => {
    const { browser } = await signIn()
    expect((await browser.get('/auth/export').expect(200)).body.account).toMatchObject({ email: null, ...CAS })
    const remove = (body: object) => browser.post('/auth/delete-account').send(body)
    for (const body of [{}, { email: ADA.email }, { username: 'ada' }])
      expect((await remove(body).expect(422)).body.errors).toMatchObject([{ pointer: '#/username' }])
    await remove({ username: CAS.username }).expect(200)
    expect(await User.findByPk(user.id)).toBeNull()
    expect(await waitingMails(server)).toEqual([])
  })

  test('who has an address does not delete the account by the username', async () => {
    const email = 'casper@example.org'
    await user.update({ email })
    const { browser } = await signIn()
    await browser.post('/auth/delete-account').send({ username: CAS.username }).expect(422)
    await browser.post('/auth/delete-account').send({ email }).expect(200)
  })

  test('is not swept as an unverified account', async () => {
    const createdAt = new Date(Date.now() - days(30))
    await User.update({ createdAt }, { where: { id: user.id }, silent: true })
    const sweep = startExpirySweep(server.deps)
    await sweep.runOnce()
    await sweep.stop()
    expect(await User.count({ where: { id: user.id } })).toBe(1)
  })
})

describe('administrators', () => {
  test('find a user without an email address by username and name, and read the account', async () => {
    for (const q of ['casp', 'doe']) {
      const { body } = await admin.send('get', `/users?q=${q}`).expect(200)
      expect(body.items).toMatchObject([{ id: user.id, email: null, emailVerified: false }])
    }
    const { body } = await admin.send('get', `/users/${user.id}`).expect(200)
    expect(body).toMatchObject({ email: null, ...CAS })
  })

  test.each(['email', '-email'])('list those users after all others, sorted by %s, none twice', async sort => {
    const more = Array.from({ length: 7 }, (_, at) => ({
      ...CAS,
      username: `casper${at}`,
      email: null,
      passwordHash: null,
    }))
    const ids = [user.id, ...(await User.bulkCreate(more)).map(({ id }) => id)].sort()
    const addresses = sort === 'email' ? [ADA.email, BOB.email] : [BOB.email, ADA.email]
    for (const limit of [1, 3, 10, 100]) {
      const seen: { id: string; email: string | null }[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: string = `/users?sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`
        const { body } = await admin.send('get', page).expect(200)
        seen.push(...body.items)
        cursor = body.next
      }
      expect(seen.slice(0, 2).map(({ email }) => email)).toEqual(addresses)
      expect(seen.slice(2).map(({ id }) => id)).toEqual(ids)
    }
    await User.update({ disabledAt: new Date() }, { where: { id: ids.slice(0, 3) } })
    const { body } = await admin.send('get', `/users?sort=${sort}&disabled=true`).expect(200)
    expect(body.items.map(({ id }: User) => id)).toEqual(ids.slice(0, 3))
  })

  test('change the account without a mail, but cannot take the username that it needs to sign in', async () => {
    const { headers } = await admin.send('get', `/users/${user.id}`).expect(200)
    const change = (body: object, tag = headers.etag) =>
      admin
        .send('patch', `/users/${user.id}`)
        .set('If-Match', tag ?? '')
        .send(body)
    const refused = await change({ username: null })
    expectProblem(refused, 422, 'validation_failed')
    expect(refused.body.errors).toMatchObject([{ pointer: '#/username', code: 'username_needed' }])
    expect((await change({ username: 'casp' }).expect(200)).body).toMatchObject({ username: 'casp', email: null })
    await admin.send('put', `/users/${user.id}/roles/admin`)
    await admin.send('post', `/users/${user.id}/disable`).expect(200)
    await admin.send('post', `/users/${user.id}/enable`).expect(200)
    await admin.send('delete', `/users/${user.id}`).expect(204)
    expect(await waitingMails(server)).toEqual([])
  })
})

test('the command line lists the user with a dash, and finds the account by username and ID', async () => {
  const cli = cliHere(settingsOf(server))
  const listed = await cli.run(['user', 'list'])
  expect(listed.stdout.trimEnd().split('\n').at(-1)).toMatch(/^- +casper +Casper Doe /)
  for (const name of [CAS.username, user.id, user.id.toUpperCase()])
    expect((await cli.run(['user', 'unlock', name])).stdout).toBe('unlocked casper\n')
  await User.create({ username: user.id, name: CAS.name, email: null, passwordHash: null })
  expect((await cli.run(['user', 'disable', user.id])).stdout).toBe('disabled casper; sessions ended: 0\n')
  expect((await cli.run(['user', 'set-password', 'casper'], NEW_PASSWORD)).stdout).toContain('password of casper')
  expect(await waitingMails(server)).toEqual([])
})
