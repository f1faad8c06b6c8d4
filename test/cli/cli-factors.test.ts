import { afterAll, beforeAll, expect, test } from 'vitest'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { enrolTotp } from '../support/enrol.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.register()
})
afterAll(() => server.close())

test('6.4.4 user remove-factors lets in by the password again who lost every factor; sessions end, the owner is told', async () => {
  const { browser } = await server.signIn()
  const { recoveryCodes } = await enrolTotp(browser)
  const cli = cliHere(settingsOf(server))
  const done = await cli.run(['user', 'remove-factors', ADA.email])
  expect(done).toEqual({ code: 0, stdout: `removed the second factors of ${ADA.email}: 1\n`, stderr: '' })

  const login = await server.agent().post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(200)
  expect(login.body.user.email).toBe(ADA.email)
  expect((await mailFor(server, ADA.email, 'factor-removed')).data).toMatchObject({ factor: 'every second factor' })
  const [event] = await server.rows<{ details: string }>(
    `SELECT "details" FROM "AuditEvents" WHERE "event" = 'authn_factor_removed'`,
  )
  expect(JSON.parse(event?.details ?? '{}')).toMatchObject({ factor: 'all', by: 'command line' })
  await expect.poll(async () => (await browser.get('/auth/session')).body.reason).toBe('factor-changed')
  expect(recoveryCodes).toHaveLength(10)
  expect((await server.signIn().then(({ browser: again }) => again.get('/auth/factors'))).body).toEqual({
    totp: null,
    passkeys: [],
    recoveryCodesLeft: 0,
    password: true,
  })
})

test('nobody of this name is refused in one line', async () => {
  const cli = cliHere(settingsOf(server))
  expect(await cli.run(['user', 'remove-factors', 'nobody@example.org'])).toEqual(refusal('nobody@example.org'))
})
