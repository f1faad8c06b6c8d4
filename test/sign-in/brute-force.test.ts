import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { AuthenticatorFailures } from '../../models/authenticator-failures.ts'
import { User } from '../../models/user.ts'
import { replacePassword } from '../../src/administration/administer.ts'
import { days, hours, seconds } from '../../src/durations.ts'
import { MOST_FAILURES } from '../../src/factors/failures.ts'
import { startChild } from '../support/child-server.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { redisSettings } from '../support/database.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { cookiesOf, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { waitingNotices } from '../support/waiting-mails.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ HASH_QUEUE: '200', TRUST_PROXY: '1' })
})
afterAll(() => server.close())
afterEach(() => void vi.useRealTimers())

const WRONG = 'not the password at all'
const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at))

let nextPerson = 1
async function freshPerson() {
  const person = { email: `victim${nextPerson++}@example.org`, name: 'Somebody', password: PASSWORD }
  await server.register(person)
  const { id } = await User.findOne({ where: { email: person.email }, rejectOnEmpty: true })
  return { ...person, id }
}
type Person = Awaited<ReturnType<typeof freshPerson>>

function attempt({ email }: Pick<Person, 'email'>, password: string, cookie = '', url = server.url) {
  return supertest(url).post('/auth/login').set('Cookie', cookie).send({ email, password })
}
const deviceOf = (answer: supertest.Response) => `latchkey.device=${cookiesOf(answer).get('latchkey.device')?.value}`
function rowOf({ id }: Person, authenticator: 'password' | 'password:known' = 'password') {
  return AuthenticatorFailures.findOne({ where: { userId: id, authenticator } })
}
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)
/** As many failures in a row as asked for, without the time that they would take. */
function failed({ id }: Person, failures: number, authenticator: 'password' | 'password:known' = 'password') {
  return AuthenticatorFailures.upsert({ userId: id, authenticator, failures, waitUntil: null })
}
async function eventsOf({ id }: Person, event: string) {
  return (await AuditEventRow.findAll({ where: { userId: id, event } })).map(({ details }) => JSON.parse(details))
}
async function mailsTo({ email }: Person) {
  return (await waitingNotices(server)).filter(({ to }) => to === email).map(({ template }) => template)
}

describe('NIST 3.2.2 consecutive failures', () => {
  test('from the fifth on have a wait, from 30 seconds and doubling, to an hour', async () => {
    const person = await freshPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    const waits = []
    for (let failures = 1; failures <= 14; failures++) {
      await attempt(person, WRONG).expect(401)
      const row = await rowOf(person)
      expect(row?.failures).toBe(failures)
      const wait = row?.waitUntil ? row.waitUntil.getTime() - Date.now() : 0
      waits.push(wait)
      later(wait)
    }
    const doubling = [30, 60, 120, 240, 480, 960, 1920].map(seconds)
    expect(waits).toEqual([0, 0, 0, 0, ...doubling, hours(1), hours(1), hours(1)])
  })

  test('let even the right password fail until the wait is over, exactly; a refused try does not prolong it', async () => {
    const person = await freshPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    for (let at = 0; at < 5; at++) await attempt(person, WRONG).expect(401)
    for (const password of [PASSWORD, WRONG, PASSWORD])
      expectProblem(await attempt(person, password), 401, 'invalid_credentials')
    later(seconds(30) - 1)
    await attempt(person, PASSWORD).expect(401)
    expect((await rowOf(person))?.failures).toBe(5)
    later(1)
    await attempt(person, PASSWORD).expect(200)
    expect(await rowOf(person)).toBeNull()
  })

  test('begin anew after a success: 99 wrong, one right, and four are free again', async () => {
    const person = await freshPerson()
    await failed(person, MOST_FAILURES - 1)
    await attempt(person, PASSWORD).expect(200)
    for (let at = 0; at < 4; at++) await attempt(person, WRONG).expect(401)
    await attempt(person, PASSWORD).expect(200)
  })

  test('a hundred disable the password for good; the owner is told once, by mail and in the audit log; a new password works', async () => {
    const person = await freshPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    await failed(person, MOST_FAILURES - 2)
    await attempt(person, WRONG).expect(401)
    expect(await mailsTo(person)).toEqual([])
    later(hours(1))
    await attempt(person, WRONG).expect(401)
    for (let at = 0; at < 3; at++) {
      later(days(365))
      expectProblem(await attempt(person, PASSWORD), 401, 'invalid_credentials')
      await attempt(person, WRONG).expect(401)
    }
    expect((await rowOf(person))?.failures).toBe(100)
    expect(await mailsTo(person)).toEqual(['sign-in-stopped'])
    expect(await eventsOf(person, 'authn_login_lock')).toEqual([{ authenticator: 'password' }])

    const user = await User.findByPk(person.id, { rejectOnEmpty: true })
    await replacePassword(server.deps, user, await server.deps.hasher.hash('nine patient otters in a canoe'))
    await attempt(person, PASSWORD).expect(401)
    await attempt(person, 'nine patient otters in a canoe').expect(200)
  })

  test('an operator unlocks an account with `user unlock`', async () => {
    const person = await freshPerson()
    await failed(person, MOST_FAILURES)
    await attempt(person, PASSWORD).expect(401)
    const done = await cliHere(settingsOf(server)).run(['user', 'unlock', person.email])
    expect(done).toEqual({ code: 0, stdout: `unlocked ${person.email}\n`, stderr: '' })
    await attempt(person, PASSWORD).expect(200)
  })

  test('are of one account: guesses at another leave it alone', async () => {
    const [ada, bob] = [await freshPerson(), await freshPerson()]
    for (let at = 0; at < 6; at++) await attempt(ada, WRONG).expect(401)
    await attempt(bob, PASSWORD).expect(200)
  })

  test('are counted exactly in a burst of fifty over two processes: no guess after the fifth can succeed', async () => {
    const person = await freshPerson()
    const child = await startChild({
      DATABASE_URL: server.env.DATABASE_URL,
      SESSION_SECRET: server.env.SESSION_SECRET.join(),
      ENCRYPTION_KEYS: server.env.ENCRYPTION_KEYS.join(),
      NODE_ENV: 'test',
      BCRYPT_COST: '4',
      HASH_QUEUE: '200',
      LOG_LEVEL: 'info',
      LOGIN_LIMIT_ACCOUNT_CLIENT: '10000',
      LOGIN_LIMIT_ACCOUNT: '10000',
      LOGIN_LIMIT_CLIENT: '10000',
    })
    await child.printed(/Listening on/)
    await failed(person, MOST_FAILURES - 60)
    const burst = await Promise.all(times(50, at => attempt(person, WRONG, '', at % 2 ? child.url : server.url)))
    expect(burst.map(({ status }) => status)).toEqual(Array(50).fill(401))
    expect((await rowOf(person))?.failures).toBe(MOST_FAILURES - 59)
    const reasons = (await eventsOf(person, 'authn_login_fail')).map(({ reason }) => reason)
    expect(reasons.filter(reason => reason === 'wrong')).toHaveLength(1)
    expect(reasons.filter(reason => reason === 'stopped')).toHaveLength(49)
    // What was counted outlives the process that counted it.
    await child.close()
    await attempt(person, PASSWORD).expect(401)

    const fresh = await freshPerson()
    await Promise.all(times(50, () => attempt(fresh, WRONG)))
    expect((await rowOf(fresh))?.failures).toBe(5)
  })

  test('of nobody: forty right passwords at once all sign in', async () => {
    const person = await freshPerson()
    const answers = await Promise.all(times(40, () => attempt(person, PASSWORD)))
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
  })
})

describe('6.1.1 a stranger cannot keep the owner out', () => {
  test('a known device has a count of its own: a hundred failures elsewhere leave it open, and the other way round', async () => {
    const person = await freshPerson()
    let device = deviceOf(await attempt(person, PASSWORD))
    await failed(person, MOST_FAILURES)
    await attempt(person, PASSWORD).expect(401)
    device = deviceOf(await attempt(person, PASSWORD, device).expect(200))
    await attempt(person, WRONG, device).expect(401)
    expect((await rowOf(person))?.failures).toBe(100)
    expect((await rowOf(person, 'password:known'))?.failures).toBe(1)
    device = deviceOf(await attempt(person, PASSWORD, device).expect(200))

    await failed(person, 0)
    await failed(person, MOST_FAILURES, 'password:known')
    await attempt(person, PASSWORD, device).expect(401)
    await attempt(person, PASSWORD).expect(200)
  })

  test('a device that another account knows is a stranger to this one', async () => {
    const [ada, mallory] = [await freshPerson(), await freshPerson()]
    const device = deviceOf(await attempt(mallory, PASSWORD))
    await attempt(ada, PASSWORD).expect(200)
    await failed(ada, MOST_FAILURES)
    await attempt(ada, PASSWORD, device).expect(401)
    await attempt(ada, WRONG, device).expect(401)
    expect(await rowOf(ada, 'password:known')).toBeNull()
  })

  test('a forgotten device is a stranger again', async () => {
    const person = await freshPerson()
    const answer = await attempt(person, PASSWORD)
    const cookie = answer.headers['set-cookie'] as unknown as string[]
    const jar = cookie.map(line => line.split(';', 1)).join('; ')
    const [{ id }] = (await supertest(server.url).get('/auth/devices').set('Cookie', jar)).body
    await supertest(server.url).delete(`/auth/devices/${id}`).set('Cookie', jar).expect(200)
    await failed(person, MOST_FAILURES)
    await attempt(person, PASSWORD, deviceOf(answer)).expect(401)
  })
})

describe('16.3.1 what is recorded', () => {
  test('each failure with its reason and each success with its factor, never what was typed', async () => {
    const person = await freshPerson()
    await attempt({ email: 'my secret typed into the wrong field' }, WRONG).expect(401)
    await attempt(person, WRONG).expect(401)
    await attempt(person, PASSWORD).expect(200)
    await User.update({ disabledAt: new Date() }, { where: { id: person.id } })
    await attempt(person, PASSWORD).expect(401)
    const rows = await AuditEventRow.findAll({ order: [['seq', 'DESC']], limit: 4 })
    expect(rows.reverse().map(({ event, userId, details }) => [event, userId, JSON.parse(details)])).toEqual([
      ['authn_login_fail', null, { authenticator: 'password', reason: 'unknown-account' }],
      ['authn_login_fail', person.id, { authenticator: 'password', reason: 'wrong' }],
      ['authn_login_success', person.id, { factors: ['password'], device: 'new' }],
      ['authn_login_fail', person.id, { authenticator: 'password', reason: 'disabled-account' }],
    ])
    const everything = JSON.stringify(await AuditEventRow.findAll({ raw: true }))
    for (const typed of ['my secret typed', WRONG, PASSWORD]) expect(everything).not.toContain(typed)
  })
})

/** The last of this file: another server takes the place of the one above. */
describe('limits', () => {
  const LIMITS = { LOGIN_LIMIT_ACCOUNT_CLIENT: '3', LOGIN_LIMIT_ACCOUNT: '6', LOGIN_LIMIT_CLIENT: '5' }
  beforeAll(async () => {
    await server.close()
    server = await startServer({ ...LIMITS, TRUST_PROXY: '1', HASH_QUEUE: '200' })
  })

  test('6.1.1 strangers fill the limit of the account, from many addresses and from the owner’s own; the known device signs in', async () => {
    const from = (client: string, person: Person, password: string, device = '') =>
      supertest(server.url)
        .post('/auth/login')
        .set({ 'X-Forwarded-For': client, Cookie: device })
        .send({ email: person.email, password })
    const [person, other] = [await freshPerson(), await freshPerson()]
    const home = '203.0.113.1'
    let device = deviceOf(await from(home, person, PASSWORD).expect(200))
    for (let at = 2; at < 9; at++) await from(`203.0.113.${at}`, person, WRONG)
    for (let at = 0; at < 6; at++) await from(home, other, WRONG)
    await from('203.0.113.99', person, PASSWORD).expect(429)
    await from(home, person, PASSWORD).expect(429)
    device = deviceOf(await from(home, person, PASSWORD, device).expect(200))

    const statuses = []
    for (let at = 0; at < 5; at++) statuses.push((await from(`198.51.100.${at}`, person, WRONG, device)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    const forged = device.replace(/.{4}$/, 'AAAA')
    await from('203.0.113.98', person, PASSWORD, forged).expect(429)
  })

  test('6.3.1 fifty guesses at once, half at each of two processes, are counted as by one', async () => {
    const child = await startChild({
      ...LIMITS,
      DATABASE_URL: server.env.DATABASE_URL,
      ...redisSettings(server.env.DATABASE_URL),
      ENCRYPTION_KEYS: server.env.ENCRYPTION_KEYS.join(),
      NODE_ENV: 'test',
      BCRYPT_COST: '4',
      LOG_LEVEL: 'info',
    })
    await child.printed(/Listening on/)
    const answers = await Promise.all(
      times(50, at => attempt({ email: 'nobody@example.org' }, WRONG, '', at % 2 ? child.url : server.url)),
    )
    const statuses = answers.map(({ status }) => status)
    await child.close()
    expect(statuses.filter(status => status === 401)).toHaveLength(3)
    expect(statuses.filter(status => status === 429)).toHaveLength(47)
  })
})
