import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADA, createDatabase, startServer, type TestServer } from '../support/harness.ts'
import { type Refused, refusedAccounts } from '../support/refused-accounts.ts'
import { countStatements } from '../support/statement-counter.ts'
import { waitingMails } from '../support/waiting-mails.ts'

/** Each request has its own; the ETag is of a body that has the request's id. */
const IRRELEVANT = ['date', 'x-request-id', 'etag']

let server: TestServer
let kinds: Refused[]
beforeAll(async () => {
  server = await startServer()
  kinds = await refusedAccounts(server)
})
afterAll(() => server.close())

function login({ email, password }: { email: string; password: string }) {
  return supertest(server.url).post('/auth/login').send({ email, password })
}

test('6.3.8 a refused sign-in does not tell by its status, body or headers whether there is an account, or in what state', async () => {
  const told = []
  for (const each of kinds) {
    const { status, body, headers } = await login(each)
    const { instance, ...rest } = body
    expect(instance).toMatch(/^urn:uuid:/)
    const kept = Object.entries(headers).filter(([name]) => !IRRELEVANT.includes(name))
    told.push({ status, body: rest, headers: Object.fromEntries(kept) })
  }
  expect(told[0]).toMatchObject({ status: 401, body: { code: 'invalid_credentials', error: 'Invalid credentials' } })
  expect(told[0]?.headers).not.toHaveProperty('retry-after')
  expect(told[0]?.headers).not.toHaveProperty('set-cookie')
  for (const [at, each] of told.entries()) expect(each, kinds[at]?.kind).toEqual(told[0])
})

describe('6.3.8 a request for a mail', () => {
  const counter = countStatements()
  afterAll(() => counter.stop())

  /** What tells: each write, and each look at accounts. */
  const relevant = (sql: string) => /^(INSERT|UPDATE|DELETE|BEGIN|COMMIT)|Users/.test(sql)
  const withoutTimes = (sql: string) => sql.replaceAll(/'\d{4}-[^']*'/g, "'time'")

  /** The SQL from a request to the end of its caller's next one, which writes; the first round warms up what is cached. */
  async function untilNextWrite(ask: (email: string) => Promise<unknown>, emails: string[]) {
    const statementsOf = (email: string) =>
      counter.during(async () => {
        await ask(email)
        await login({ email: 'nobody@example.org', password: 'wrong' }).expect(401)
      })
    const seen: string[][] = []
    for (const round of ['warm-up', 'measured']) {
      for (const email of emails) {
        // A channel that was not heard of for a second would add reads of the session.
        await server.deps.channel.sync()
        const statements = await statementsOf(email)
        if (round === 'measured') seen.push([...statements])
        // Otherwise the work for one address would be counted with the next one's requests.
        await server.deps.delayed.finish()
      }
    }
    return seen.map(each => each.filter(relevant).map(withoutTimes))
  }

  test('for a reset runs the same statements until the caller has written again, whatever the address', async () => {
    const forgot = (email: string) => supertest(server.url).post('/auth/forgot-password').send({ email }).expect(202)
    const [known, unknown, disabled] = await untilNextWrite(forgot, [
      'known@example.org',
      'nobody@example.org',
      'disabled@example.org',
    ])
    expect(known).toEqual(unknown)
    expect(disabled).toEqual(unknown)
    expect((await waitingMails(server, 'known@example.org')).at(-1)?.template).toBe('reset-password')
  })

  test('for a change of address runs the same statements until the caller has written again', async () => {
    await server.register(ADA)
    const { browser } = await server.signIn(ADA)
    const change = (email: string) => browser.post('/auth/change-email').send({ email }).expect(202)
    const [known, unknown] = await untilNextWrite(change, ['known@example.org', 'nobody@example.org'])
    expect(known).toEqual(unknown)
    const templates = async (to: string) => (await waitingMails(server, to)).map(({ template }) => template)
    expect(await templates('nobody@example.org')).toEqual(['confirm-new-email', 'confirm-new-email'])
    expect(await templates('known@example.org')).not.toContain('confirm-new-email')
  })
})

test('6.3.8 beyond a limit all are answered 429 alike, known or not', async () => {
  const limited = await startServer({ LOGIN_LIMIT_ACCOUNT_CLIENT: '2', TRUST_PROXY: '1' }, server.database)
  const attempt = (email: string) =>
    supertest(limited.url).post('/auth/login').set('X-Forwarded-For', '203.0.113.5').send({ email, password: 'wrong' })
  const statuses = []
  for (const { email } of kinds.slice(0, 2)) for (let at = 0; at < 3; at++) statuses.push((await attempt(email)).status)
  await limited.stop()
  expect(statuses).toEqual([401, 401, 429, 401, 401, 429])
})

test('a mail that was asked for is not lost by a stop', async () => {
  const database = await createDatabase()
  const stopped = await startServer({}, database)
  await stopped.register()
  await supertest(stopped.url).post('/auth/forgot-password').send({ email: ADA.email }).expect(202)
  await stopped.stop()
  const next = await startServer({}, database)
  const templates = (await waitingMails(next, ADA.email)).map(({ template }) => template)
  await next.stop()
  await database.drop()
  expect(templates).toEqual(['verify-email', 'reset-password'])
})
