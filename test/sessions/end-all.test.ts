import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Transaction } from 'sequelize'
import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { hours } from '../../src/durations.ts'
import { apiClient, grant } from '../support/api-client.ts'
import { personalToken } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const END_ALL = '/sessions/end-all'

let server: TestServer
let other: TestServer
beforeAll(async () => {
  server = await startServer()
  other = await startServer({}, server.database)
  for (const person of [ADA, BOB]) await server.register(person)
  await grant(ADA, 'admin')
})
afterAll(async () => {
  await other.stop()
  await server.close()
})
beforeEach(() => Session.destroy({ where: {} }))

const ask = (at: TestServer, cookie: string) => supertest(at.url).get('/auth/session').set('Cookie', cookie)

/** Signed in, and seen by both servers, so that both have the session in memory. */
async function seen() {
  const { browser, cookie } = await server.signIn(BOB)
  for (const at of [server, other]) await ask(at, cookie).expect(200)
  const { body } = await browser.post('/auth/token').expect(200)
  return { cookie, authorization: `Bearer ${body.access_token}` }
}

/** Sessions that nobody uses, so that there are more than one batch. */
async function manySessions(count: number) {
  const [user] = await server.rows<{ id: string }>(`SELECT "id" FROM "Users" WHERE "email" = '${BOB.email}'`)
  const now = new Date()
  const expires = new Date(Date.now() + hours(1))
  const row = { userId: user?.id ?? '', data: '{}', version: 1, secretId: 'x', ip: null, userAgent: null }
  const times = { createdAt: now, lastSeenAt: now, expires, absoluteExpires: expires }
  const rows = Array.from({ length: count }, () => ({ ...row, ...times, sid: randomUUID(), publicId: randomUUID() }))
  await Session.bulkCreate(rows)
}

describe('7.4.5 an administrator ends all sessions of all users', () => {
  test('the own one too, with access tokens and on other servers; personal tokens stay', async () => {
    const bob = await seen()
    const personal = await personalToken(server, bob.cookie)
    const admin = await apiClient(server, ADA)
    await manySessions(1100)
    const { body } = await admin.send('post', END_ALL).send({ confirm: true }).expect(200)
    expect(body.sessionsEnded).toBe(1102)

    expect(expectProblem(await ask(server, bob.cookie), 401, 'authentication_required').reason).toBe('admin')
    await admin.browser.get('/auth/session').expect(401)
    await other.deps.channel.sync()
    await ask(other, bob.cookie).expect(401)
    const me = (authorization: string) => supertest(server.url).get('/api/v1/me').set('Authorization', authorization)
    await me(bob.authorization).expect(401)
    await me(`Bearer ${personal.token}`).expect(200)

    const last = await AuditEventRow.findOne({ where: { event: 'session_ended' }, order: [['seq', 'DESC']] })
    expect(JSON.parse(last?.details ?? '')).toEqual({ everyone: true, reason: 'admin', ended: 1102 })
  })

  test('a sign-in that waits for its second factor among them', async () => {
    await manySessions(1)
    const pending = { data: JSON.stringify({ pendingLogin: { userId: randomUUID() } }), userId: null }
    await Session.update(pending, { where: {} })
    await (await apiClient(server, ADA)).send('post', END_ALL).send({ confirm: true }).expect(200)
    expect(await Session.count({ where: { endedAt: null } })).toBe(0)
  })

  test('and people can sign in again at once', async () => {
    await (await apiClient(server, ADA)).send('post', END_ALL).send({ confirm: true }).expect(200)
    const { cookie } = await server.signIn(BOB)
    await ask(server, cookie).expect(200)
  })

  test('only with the permission, and only if it is meant', async () => {
    const bob = await seen()
    const refused = await supertest(server.url)
      .post(`/api/v1${END_ALL}`)
      .set('Authorization', bob.authorization)
      .send({ confirm: true })
    expectProblem(refused, 403, 'forbidden')
    const admin = await apiClient(server, ADA)
    for (const body of [{}, { confirm: false }])
      expectProblem(await admin.send('post', END_ALL).send(body), 422, 'validation_failed')
    await ask(server, bob.cookie).expect(200)
  })
})

describe('7.4.5 an operator', () => {
  test('does the same, if it is meant', async () => {
    const bob = await seen()
    const cli = cliHere(settingsOf(server))
    expect(await cli.run(['sessions', 'end-all'])).toEqual(refusal('This signs everyone out.'))
    await ask(server, bob.cookie).expect(200)
    expect(await cli.run(['sessions', 'end-all', '--yes'])).toMatchObject({ code: 0, stdout: 'sessions ended: 1\n' })
    await server.deps.channel.sync()
    await ask(server, bob.cookie).expect(401)
  })
})

describe('a session that a sign-in is about to commit', () => {
  /** Ends sessions while a transaction holds the user's row and has created one. */
  async function endDuringSignIn(end: (userId: string) => Promise<number>) {
    const { sequelize, store } = server.deps
    const user = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
    const created = Promise.withResolvers<void>()
    const ended = created.promise.then(() => end(user.id))
    await sequelize.transaction(async () => {
      await User.findByPk(user.id, { lock: Transaction.LOCK.NO_KEY_UPDATE })
      const client = { address: '127.0.0.1', userAgent: null }
      await store.create({ passport: { user: user.id } }, null, client, undefined)
      created.resolve()
      await sleep(300)
    })
    expect(await ended).toBe(1)
    expect(await Session.count({ where: { endedAt: null } })).toBe(0)
  }

  test('7.4.3 ends with the other sessions of its user', () =>
    endDuringSignIn(userId => server.deps.store.endByUser(userId, 'admin')))

  test('7.4.5 ends with all sessions', () => endDuringSignIn(() => server.deps.store.endAll('admin')))
})
