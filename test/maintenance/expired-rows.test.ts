import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { days, hours } from '../../src/durations.ts'
import type { Job } from '../../src/jobs.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { codeOf, enrolTotp } from '../support/enrol.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
let sweep: Job
beforeAll(async () => {
  server = await startServer({ UNVERIFIED_ACCOUNTS: '30d', SIGN_IN_WITH: 'password,passkey,email' })
})
afterAll(() => server.close())
beforeEach(() => {
  sweep = startExpirySweep(server.deps)
})
afterEach(async () => {
  vi.useRealTimers()
  await sweep.stop()
})

const count = async (table: string) => (await server.rows(`SELECT 1 FROM "${table}"`)).length
const at = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time })

describe('14.2.7 what is over is deleted', () => {
  test('links, devices, challenges and mails that nobody sends; and accounts that nobody ever used', async () => {
    const now = Date.now()
    await server.register(ADA)
    await server.register(BOB)
    await server.signIn(ADA)
    await server.agent().post('/auth/login/passkey/options').send({}).expect(200)
    await server.agent().post('/auth/login/email').send({ email: 'nobody@example.org' }).expect(202)
    await server.deps.delayed.finish()
    const tables = ['OneTimeLinks', 'Devices', 'Challenges', 'EmailSignIns', 'Mails']
    for (const table of tables) expect(await count(table)).toBeGreaterThan(0)
    await sweep.runOnce()
    for (const table of tables) expect(await count(table)).toBeGreaterThan(0)

    at(now + days(29))
    await sweep.runOnce()
    expect([await count('OneTimeLinks'), await count('Challenges')]).toEqual([0, 0])
    expect(await count('Users')).toBe(2)

    at(now + days(32))
    await sweep.runOnce()
    for (const table of tables) expect(await count(table)).toBe(0)
    expect((await User.findAll()).map(({ email }) => email)).toEqual([ADA.email])
    const events = await server.rows<{ details: string }>(
      `SELECT "details" FROM "AuditEvents" WHERE "event" = 'user_deleted'`,
    )
    expect(events.map(({ details }) => JSON.parse(details))).toEqual([{ reason: 'unverified' }])
  })

  test('but not while the clock is off by more than an hour, which is logged', async () => {
    const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
    await server.agent().post('/auth/login/passkey/options').send({}).expect(200)
    const before = await count('Challenges')
    const now = Date.now()
    for (const jump of [days(12), -hours(2)]) {
      at(now + jump)
      await sweep.attempt()
      expect(await count('Challenges')).toBe(before)
    }
    expect(JSON.stringify(logged.mock.calls)).toMatch(/the clock jumped.*12d.*the clock jumped.*-2h/)

    vi.useRealTimers()
    logged.mockClear()
    await sweep.attempt()
    expect(logged).not.toHaveBeenCalled()
  })
})

test('a code that was used while the clock was ahead does not refuse those of the right time', async () => {
  const person = { ...ADA, email: 'clock@example.org' }
  await server.register(person)
  const { secret } = await enrolTotp((await server.signIn(person)).browser)
  await server.rows(`UPDATE "TotpSecrets" SET "lastStep" = "lastStep" + 5760`)
  const { browser } = await server.signIn(person)
  const code = codeOf(secret)
  await browser.post('/auth/second-factor').send({ code }).expect(200)
  const again = await server.signIn(person)
  await again.browser.post('/auth/second-factor').send({ code }).expect(422)
})
