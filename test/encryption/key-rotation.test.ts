import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Mail } from '../../models/mail.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { createSealer } from '../../src/encryption/sealer.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { type Mailbox, startMailbox } from '../support/mailbox.ts'

const OLD = 'test-only-key-old-Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0s'
const NEW = 'test-only-key-new-Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0s'
const [NEW_ID = ''] = createSealer([NEW]).keyIds

let database: TestDatabase
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
  database = await createDatabase()
})
afterAll(async () => {
  for (const server of servers) await server.stop()
  await mailbox.close()
  await database.drop()
})

/** Stopped together at the end: the models of this process work on the connection that was opened last. */
const servers: TestServer[] = []
async function start(keys: string[], settings = {}) {
  const server = await startServer({ ENCRYPTION_KEYS: keys.join(','), ...settings }, database)
  servers.push(server)
  return server
}
function logIn(server: TestServer, { email, password } = BOB) {
  return server.agent().post('/auth/login').send({ email, password })
}
const isWhole = () => verifyChain(createSealer([NEW, OLD]))

describe('13.3.4 two servers in the wrong order: one seals under a key that the other lacks', () => {
  let ahead: TestServer
  let behind: TestServer
  let secret = ''
  let pending: ReturnType<TestServer['agent']>
  const logged: unknown[] = []
  beforeAll(async () => {
    behind = await start([OLD])
    await behind.register(ADA)
    await behind.register(BOB)
    secret = (await enrolTotp((await behind.signIn(ADA)).browser)).secret
    pending = (await behind.signIn(ADA)).browser
    ahead = await start([NEW, OLD])
    await logIn(ahead).expect(200)
    await ahead.deps.database.sequelize.query(
      `UPDATE "TotpSecrets" SET "secret" = '${await sealedUnderNewer()}', "lastStep" = 0`,
    )
  })
  beforeEach(() => {
    logged.length = 0
    vi.spyOn(behind.deps.logger, 'error').mockImplementation((...line) => {
      logged.push(line)
      return behind.deps.logger
    })
  })

  async function sealedUnderNewer() {
    const [row] = await ahead.rows<{ userId: string; secret: string }>('SELECT "userId", "secret" FROM "TotpSecrets"')
    const context = `totp:${row?.userId}`
    return ahead.deps.sealer.seal(ahead.deps.sealer.open(row?.secret ?? '', context).text, context)
  }

  test('16.4.2 the audit chain stays whole: what cannot be recorded is answered with 503, and the log names the key', async () => {
    const answer = await logIn(behind)
    expectProblem(answer, 503, 'service_unavailable')
    expect(answer.headers['retry-after']).toBe('30')
    expect(JSON.stringify(logged)).toContain(NEW_ID)
    await logIn(ahead).expect(200)
    await isWhole()
  })

  test('a code of an app that the newer key sealed is neither right nor wrong: 503, and it is not counted', async () => {
    expectProblem(await pending.post('/auth/second-factor').send({ code: codeOf(secret) }), 503, 'service_unavailable')
    expect(JSON.stringify(logged)).toContain(NEW_ID)
    expect(await ahead.rows(`SELECT * FROM "AuthenticatorFailures" WHERE "authenticator" = 'totp'`)).toEqual([])
  })

  test('a mail that the newer key sealed waits, and uses up no attempt', async () => {
    await Mail.destroy({ where: {} })
    await ahead.agent().post('/auth/forgot-password').send({ email: BOB.email }).expect(202)
    await ahead.deps.delayed.finish()
    await vi.waitFor(async () => expect(await Mail.count()).toBe(1), { timeout: 20_000 })
    const sender = await start([OLD], mailbox.settings)
    await sender.mailWorker?.runOnce()
    expect(await Mail.findOne()).toMatchObject({
      attempts: 0,
      failedAt: null,
      lastError: expect.stringContaining(NEW_ID),
    })
    await sender.mailWorker?.stop()
    await Mail.update({ nextAttemptAt: new Date() }, { where: {} })
    await start([NEW, OLD], mailbox.settings)
    await mailbox.next(BOB.email)
  })

  test('with the key at the end of its list it goes on where it stopped', async () => {
    const healed = await start([OLD, NEW])
    await logIn(healed).expect(200)
    await logIn(ahead).expect(200)
    await isWhole()
  })
})
