import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import { RecoveryCode } from '../../models/recovery-code.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { enrolTotp } from '../support/enrol.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'

const HELPER = { email: 'helper@example.org', name: 'Helper', password: 'nine copper kettles whistling' }
const READER = { email: 'reader@example.org', name: 'Reader', password: 'six velvet curtains falling down' }

let server: TestServer
let admin: ApiClient
let helper: ApiClient
let reader: ApiClient
const ids: Record<string, string> = {}
beforeAll(async () => {
  server = await startServer()
  await Role.create({ name: 'helper', description: '', permissions: ['users:read', 'users:write'] })
  await Role.create({ name: 'reader', description: '', permissions: ['users:read'] })
  for (const [person, role] of [
    [ADA, 'admin'],
    [HELPER, 'helper'],
    [READER, 'reader'],
  ] as const) {
    await server.register(person)
    ids[person.email] = (await grant(person, role)).id
  }
  admin = await apiClient(server, ADA)
  helper = await apiClient(server, HELPER)
  reader = await apiClient(server, READER)
})
afterAll(() => server.close())

let bobId = ''
beforeEach(async () => {
  await User.destroy({ where: { email: BOB.email } })
  await server.register(BOB)
  bobId = (await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })).id
})

const factorsOf = (id: string) => `/users/${id}/factors`

test('the factors of a user are listed without a secret', async () => {
  await enrolTotp((await server.signIn(BOB)).browser)
  const { body } = await reader.send('get', factorsOf(bobId)).expect(200)
  expect(body).toEqual({
    totp: { confirmedAt: expect.any(String) },
    passkeys: [],
    recoveryCodesLeft: 10,
    password: true,
  })
})

test('6.4.4 removing them ends every session, tells the user, and names who did it', async () => {
  const { browser } = await server.signIn(BOB)
  await enrolTotp(browser)
  const { body } = await helper.send('delete', factorsOf(bobId)).expect(200)
  expect(body.sessionsEnded).toBeGreaterThan(0)
  await browser.get('/auth/session').expect(401)
  expect((await reader.send('get', factorsOf(bobId))).body).toMatchObject({ totp: null, recoveryCodesLeft: 0 })
  expect(await RecoveryCode.count({ where: { userId: bobId } })).toBe(0)
  await mailFor(server, BOB.email, 'factor-removed')
  const event = await AuditEventRow.findOne({ where: { userId: bobId, event: 'authn_factor_removed' } })
  expect(event?.actorId).toBe(ids[HELPER.email])
  expect(JSON.parse(event?.details ?? '')).toEqual({ factor: 'all', by: 'administrator' })
  await server.agent().post('/auth/login').send({ email: BOB.email, password: BOB.password }).expect(200)
})

describe('one factor', () => {
  const passkeyOf = (name: string, userId = bobId) =>
    Passkey.create({ userId, credentialId: randomUUID(), publicKey: 'k', name, transports: [] })
  const events = async () =>
    (await AuditEventRow.findAll({ where: { userId: bobId, event: 'authn_factor_removed' }, order: ['seq'] })).map(
      ({ actorId, details }) => [actorId, JSON.parse(details)],
    )

  test('6.4.4 is removed alone: it ends every session, tells the user which one, and recovery codes stay', async () => {
    const { browser } = await server.signIn(BOB)
    await enrolTotp(browser)
    const [phone, key] = [await passkeyOf('Phone'), await passkeyOf('Key')]
    const { body } = await helper.send('delete', `${factorsOf(bobId)}/passkeys/${phone.id}`).expect(200)
    expect(body.sessionsEnded).toBeGreaterThan(0)
    await browser.get('/auth/session').expect(401)
    expect((await mailFor(server, BOB.email, 'factor-removed')).data).toMatchObject({ factor: 'passkey "Phone"' })
    await helper.send('delete', `${factorsOf(bobId)}/totp`).expect(200)
    const { body: left } = await reader.send('get', factorsOf(bobId)).expect(200)
    expect(left).toMatchObject({ totp: null, passkeys: [{ id: key.id }], recoveryCodesLeft: 10 })
    const by = 'administrator'
    expect(await events()).toEqual([
      [ids[HELPER.email], { factor: 'passkey', passkey: phone.id, by }],
      [ids[HELPER.email], { factor: 'totp', by }],
    ])
  })

  test('as the last one takes the recovery codes and the review with it', async () => {
    await enrolTotp((await server.signIn(BOB)).browser)
    await User.update({ reviewSince: new Date() }, { where: { id: bobId } })
    await helper.send('delete', `${factorsOf(bobId)}/totp`).expect(200)
    expect(await RecoveryCode.count({ where: { userId: bobId } })).toBe(0)
    expect((await User.findByPk(bobId, { rejectOnEmpty: true })).reviewSince).toBeNull()
  })

  test('that the user does not have is 404, another user’s too, and changes nothing', async () => {
    const { browser } = await server.signIn(BOB)
    const foreign = await passkeyOf('Foreign', ids[READER.email])
    for (const path of ['totp', `passkeys/${foreign.id}`, `passkeys/${randomUUID()}`])
      expectProblem(await helper.send('delete', `${factorsOf(bobId)}/${path}`), 404, 'not_found')
    await browser.get('/auth/session').expect(200)
    expect(await events()).toEqual([])
    await foreign.destroy()
  })

  test('8.2.1 of someone who may do more, or one’s own, is refused', async () => {
    const { browser } = await server.signIn(ADA)
    await browser.get('/auth/session').expect(200)
    const [adaId = '', helperId = ''] = [ids[ADA.email], ids[HELPER.email]]
    const passkeys = [await passkeyOf('Phone', adaId), await passkeyOf('Phone', helperId)]
    const [hers, own] = passkeys.map(({ id }) => id)
    for (const path of ['totp', `passkeys/${hers}`]) {
      expectProblem(await helper.send('delete', `${factorsOf(adaId)}/${path}`), 403, 'forbidden')
      expectProblem(await reader.send('delete', `${factorsOf(bobId)}/${path}`), 403, 'forbidden')
    }
    for (const path of ['totp', `passkeys/${own}`])
      expectProblem(await helper.send('delete', `${factorsOf(helperId)}/${path}`), 409, 'conflict')
    expect(await Passkey.count({ where: { id: passkeys.map(({ id }) => id) } })).toBe(2)
    for (const passkey of passkeys) await passkey.destroy()
  })
})

test('8.2.1 nobody removes the factors of someone who may do more', async () => {
  await enrolTotp(admin.browser)
  const adaId = ids[ADA.email] ?? ''
  expectProblem(await helper.send('delete', factorsOf(adaId)), 403, 'forbidden')
  expectProblem(await reader.send('delete', factorsOf(bobId)), 403, 'forbidden')
  expect((await reader.send('get', factorsOf(adaId))).body.totp).not.toBeNull()
})

test('nobody removes their own here, past the rules of MFA_REQUIRED', async () => {
  await enrolTotp(helper.browser)
  expectProblem(await helper.send('delete', factorsOf(ids[HELPER.email] ?? '')), 409, 'conflict')
  expect((await reader.send('get', factorsOf(ids[HELPER.email] ?? ''))).body.totp).not.toBeNull()
})

test('a removal and a change by the user at once both end', async () => {
  const { browser } = await server.signIn(BOB)
  await enrolTotp(browser)
  const answers = await Promise.all([
    helper.send('delete', factorsOf(bobId)),
    browser.delete('/auth/totp'),
    helper.send('delete', factorsOf(bobId)),
  ])
  expect(answers.map(({ status }) => status).every(status => status < 500)).toBe(true)
  expect((await reader.send('get', factorsOf(bobId))).body.totp).toBeNull()
})

test('a review goes on while linked accounts are left to decide on', async () => {
  await User.update({ reviewSince: new Date() }, { where: { id: bobId } })
  const identity = { userId: bobId, provider: 'corp', issuer: 'https://corp.example.org', subject: 'bob', name: 'bob' }
  const linked = await Identity.create(identity)
  await admin.send('delete', factorsOf(bobId)).expect(200)
  expect((await User.findByPk(bobId, { rejectOnEmpty: true })).reviewSince).not.toBeNull()
  await linked.destroy()
  await admin.send('delete', factorsOf(bobId)).expect(200)
  expect((await User.findByPk(bobId, { rejectOnEmpty: true })).reviewSince).toBeNull()
})
