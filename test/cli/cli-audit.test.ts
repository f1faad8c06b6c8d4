import { userInfo } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal, settingsOf } from '../support/cli-process.ts'
import { ADA, PASSWORD, startServer, type TestServer } from '../support/harness.ts'

const BY_OPERATOR = { by: 'command line', operator: userInfo().username }

let server: TestServer
let cli: ReturnType<typeof cliHere>
beforeAll(async () => {
  server = await startServer()
  cli = cliHere(settingsOf(server))
})
afterAll(() => server.close())

test('16.3.1 what the command line does to accounts is recorded, with the user of the machine who did it', async () => {
  const run = async (args: string[], input = '') => expect(await cli.run(args, input)).toMatchObject({ code: 0 })
  await run(['user', 'create', '--email', ADA.email, '--name', ADA.name], PASSWORD)
  await server.signIn()
  const { body } = await (await server.signIn()).browser.get('/auth/session').expect(200)
  await run(['user', 'grant', ADA.email, 'admin'])
  await run(['user', 'revoke', ADA.email, 'user'])
  await run(['sessions', 'end', ADA.email, '--id', body.session.id])
  await run(['sessions', 'end', ADA.email])
  await run(['user', 'set-password', ADA.email], 'nine patient otters in a canoe')
  const refused = await cli.run(['user', 'disable', ADA.email])
  expect(refused.code).toBe(1)
  await run(['user', 'enable', ADA.email])

  const rows = await AuditEventRow.findAll({ where: { actorId: null }, order: ['seq'] })
  expect(rows.map(({ event, details }) => [event, JSON.parse(details)])).toEqual([
    ['user_created', { roles: ['user'], ...BY_OPERATOR }],
    ['privilege_permissions_changed', { granted: ['admin'], ...BY_OPERATOR }],
    ['privilege_permissions_changed', { revoked: ['user'], ...BY_OPERATOR }],
    ['session_ended', { reason: 'admin', ended: 1, ...BY_OPERATOR }],
    ['session_ended', { reason: 'admin', ended: 1, ...BY_OPERATOR }],
    ['authn_password_change', BY_OPERATOR],
    ['user_enabled', BY_OPERATOR],
  ])
  expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set([body.user.id]))
  expect(rows[3]?.sessionId).toBe(body.session.id)
})

test.each([null, 'grace@example.org'])('16.3.1 an invitation for %s is recorded without the address', async email => {
  expect(await cli.run(email === null ? ['invite'] : ['invite', email])).toMatchObject({ code: 0 })
  const { id } = await OneTimeLink.findOne({ where: { purpose: 'invitation', email }, rejectOnEmpty: true })
  const row = await AuditEventRow.findOne({ where: { event: 'user_invited' }, order: [['seq', 'DESC']] })
  expect(row).toMatchObject({ userId: null, actorId: null })
  expect(JSON.parse(row?.details ?? '')).toEqual({ invitation: id, ...BY_OPERATOR })
})

test('16.4.2 audit verify prints count and head, heeds a noted one, and fails in one line at what is broken', async () => {
  await server.deps.audit.record('user_enabled')
  const { stdout, code } = await cli.run(['audit', 'verify'])
  const [, count, head = ''] = /^events: (\d+)\nhead: (\d+:[\w-]{43})\n$/.exec(stdout) ?? []
  expect([code, Number(count)]).toEqual([0, await AuditEventRow.count()])
  expect(await cli.run(['audit', 'verify', '--noted', head])).toMatchObject({ code: 0, stdout })
  expect(await cli.run(['audit', 'verify', '--noted', `${count}:${'x'.repeat(43)}`])).toEqual(
    refusal(`broken at event ${count}`),
  )
  expect(await cli.run(['audit', 'verify', '--noted', 'x'])).toMatchObject({ code: 2 })

  const withoutKey = cliHere({ ...settingsOf(server), ENCRYPTION_KEYS: 'another-key-another-key-Kq3vT9xW2mB7nR5c' })
  expect(await withoutKey.run(['audit', 'verify'])).toEqual(refusal('a key that ENCRYPTION_KEYS does not have'))
  await AuditEventRow.destroy({ where: { seq: 1 } })
  expect(await cli.run(['audit', 'verify'])).toEqual(refusal('broken at event 1'))
})
