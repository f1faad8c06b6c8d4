import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import sqlite3 from 'sqlite3'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiToken } from '../../models/api-token.ts'
import { Device } from '../../models/device.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { Session } from '../../models/session.ts'
import { TotpSecret } from '../../models/totp-secret.ts'
import { User } from '../../models/user.ts'
import { Authenticator } from '../support/authenticator.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails } from '../support/waiting-mails.ts'

const ORIGIN = 'http://localhost:3000'
type Browser = ReturnType<TestServer['agent']>

let server: TestServer
let number = 0
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '100', BASE_URL: ORIGIN })
})
afterAll(() => server.close())

type Held = { waiting(count: number): Promise<unknown>; release(): Promise<unknown> }

/** Holds the user's row by a connection of the test's own, so that whoever wants it waits, in the order of asking. */
async function holdOnPostgres(userId: string): Promise<Held> {
  const [holder, watcher] = [connection(), connection()]
  await Promise.all([holder.connect(), watcher.connect()])
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM "Users" WHERE "id" = $1 FOR NO KEY UPDATE', [userId])
  const blocked = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return {
    waiting: async count => {
      while ((await watcher.query(blocked)).rows.length < count) await pause(5)
    },
    release: async () => {
      await holder.query('COMMIT')
      await Promise.all([holder.end(), watcher.end()])
    },
  }
}

const connection = () => new Client({ connectionString: server.database?.url ?? '' })

/** Holds the one write lock of the file. The server's writers stand in line behind it; from outside nothing tells how many. */
async function holdOnSqlite(): Promise<Held> {
  const database = new sqlite3.Database((server.database?.url ?? '').replace('sqlite:', ''))
  const run = (sql: string) =>
    new Promise<void>((resolve, reject) => database.run(sql, error => (error ? reject(error) : resolve())))
  await run('BEGIN IMMEDIATE')
  return { waiting: () => pause(250), release: () => run('COMMIT').then(() => database.close()) }
}

const hold = (userId: string) => (process.env.TEST_DATABASE === 'postgres' ? holdOnPostgres(userId) : holdOnSqlite())

/** Each begins with the account as it is, and returns the request that adds something. */
const ADDITIONS: Record<string, (thief: Browser, email: string) => Promise<() => Promise<supertest.Response>>> = {
  'a passkey': async thief => {
    const { body: options } = await thief.post('/auth/passkeys/options').expect(200)
    const credential = new Authenticator(ORIGIN).create(options)
    return async () => thief.post('/auth/passkeys').send({ name: 'Phone', credential })
  },
  'an app': async thief => {
    const { body } = await thief.post('/auth/totp').send({}).expect(200)
    return async () => thief.post('/auth/totp/confirm').send({ code: codeOf(body.secret) })
  },
  'recovery codes': async thief => {
    await enrolTotp(thief)
    return async () => thief.post('/auth/recovery-codes')
  },
  'a token': async thief => async () => thief.post('/auth/tokens').send({ name: 'late', scopes: [] }),
  'a link to another address': async (thief, email) => async () =>
    thief.post('/auth/change-email').send({ email: `late-${email}` }),
  'a session and a device': async (_thief, email) => async () =>
    server.agent().post('/auth/login').send({ email, password: PASSWORD }),
}

test.each(Object.keys(ADDITIONS))(
  '7.4.3 15.4.2 a request that was on its way when the owner took the account back adds nothing: %s',
  async what => {
    const email = `raced${++number}@example.org`
    await noMails()
    await server.register({ email, name: 'Olga', password: PASSWORD })
    const user = await User.findOne({ where: { email }, rejectOnEmpty: true })
    await user.update({ emailVerifiedAt: new Date() })
    await server.signIn({ email, password: PASSWORD })
    const { browser: thief } = await server.signIn({ email, password: PASSWORD })
    const add = await ADDITIONS[what]?.(thief, email)
    const { token } = await mailFor(server, email, 'new-device')

    const held = await hold(user.id)
    const recovery = supertest(server.url).post('/auth/not-me').send({ token }).then()
    await held.waiting(1)
    const late = add?.()
    await held.waiting(2)
    await held.release()

    expect((await recovery).status).toBe(200)
    // Whoever comes first on SQLite, which keeps no order.
    if (process.env.TEST_DATABASE === 'postgres') expect((await late)?.status).toBe(401)
    await late
    expect(await leftOf(user.id)).toEqual([0, 0, 0, 0, 0, 0, 0])
  },
)

function leftOf(userId: string) {
  const where = { userId }
  return Promise.all([
    Passkey.count({ where }),
    TotpSecret.count({ where }),
    RecoveryCode.count({ where }),
    ApiToken.count({ where }),
    OneTimeLink.count({ where: { ...where, purpose: 'confirm-new-email', usedAt: null } }),
    Device.count({ where }),
    Session.count({ where: { ...where, endedAt: null } }),
  ])
}
