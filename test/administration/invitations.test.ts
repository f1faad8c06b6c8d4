import { randomUUID } from 'node:crypto'
import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { days } from '../../src/durations.ts'
import { createLink } from '../../src/links/links.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { mailFor, noMails } from '../support/waiting-mails.ts'

const HELPER = { email: 'helper@example.org', name: 'Helper', password: 'nine copper kettles whistling' }
const EVE = { email: 'eve@example.org', name: 'Eve', password: 'four brass lanterns under snow' }

let server: TestServer
let admin: ApiClient
let helper: ApiClient
let nobody: ApiClient
const ids: Record<string, string> = {}
beforeAll(async () => {
  server = await startServer()
  await Role.create({ name: 'helper', description: '', permissions: ['users:read', 'users:write'] })
  for (const [person, role] of [
    [ADA, 'admin'],
    [HELPER, 'helper'],
    [BOB, 'user'],
  ] as const) {
    await server.register(person)
    ids[person.email] = (await grant(person, role)).id
  }
  admin = await apiClient(server, ADA)
  helper = await apiClient(server, HELPER)
  nobody = await apiClient(server, BOB)
})
afterAll(() => server.close())
beforeEach(async () => {
  await OneTimeLink.destroy({ where: { purpose: 'invitation' } })
  await User.destroy({ where: { email: EVE.email } })
  await noMails()
})

type Invitation = { id: string; email: string | null; invitedBy: { id: string } | null }

const open = async (query = '') =>
  (await admin.send('get', `/invitations${query}`).expect(200)).body as { items: Invitation[]; next: string | null }
const register = (invitation: string) =>
  supertest(server.url)
    .post('/auth/register')
    .send({ ...EVE, invitation })

async function invite(client = helper, email = EVE.email) {
  await client.send('post', '/users').send({ email }).expect(202)
  const { items } = await open()
  return { id: items[0]?.id ?? '', token: (await mailFor(server, email, 'invitation')).token }
}

describe('open invitations', () => {
  test('are listed newest first, page by page, with the inviter', async () => {
    for (const email of ['one@example.org', 'two@example.org', 'three@example.org']) await invite(helper, email)
    await createLink('http://localhost:3000', 'invitation', { email: null })
    const emails: (string | null)[] = []
    for (let cursor = ''; ; ) {
      const { items, next } = await open(`?limit=1${cursor}`)
      emails.push(...items.map(({ email }) => email))
      if (next === null) break
      cursor = `&cursor=${next}`
    }
    expect(emails).toEqual([null, 'three@example.org', 'two@example.org', 'one@example.org'])
    const [byCommand, newest] = (await open()).items
    expect(byCommand?.invitedBy).toBeNull()
    expect(newest).toEqual({
      id: expect.any(String),
      email: 'three@example.org',
      invitedBy: { id: ids[HELPER.email], name: HELPER.name, email: HELPER.email },
      createdAt: expect.any(String),
      expires: expect.any(String),
    })
  })

  test.each([
    ['lost the permission', () => Role.update({ permissions: ['users:read'] }, { where: { name: 'helper' } })],
    ['is disabled', () => User.update({ disabledAt: new Date() }, { where: { email: HELPER.email } })],
  ])('open nothing once their inviter %s, by whatever way', async (_what, lose) => {
    const { token } = await invite()
    await lose()
    expectProblem(await register(token), 403, 'invalid_invitation')
    await Role.update({ permissions: ['users:read', 'users:write'] }, { where: { name: 'helper' } })
    await User.update({ disabledAt: null }, { where: { email: HELPER.email } })
    await register(token).expect(201)
  })

  test('leave the list once they are accepted, expired, replaced, or their inviter may not invite any more', async () => {
    const { token } = await invite()
    await register(token).expect(201)
    expect((await open()).items).toEqual([])

    const { id } = await invite(helper, 'late@example.org')
    await OneTimeLink.update({ expires: new Date(Date.now() - 1) }, { where: { id } })
    expect((await open()).items).toEqual([])
    expectProblem(await admin.send('delete', `/invitations/${id}`), 404, 'not_found')

    await invite(helper, 'twice@example.org')
    await noMails()
    await invite(helper, 'twice@example.org')
    expect((await open()).items).toHaveLength(1)

    await admin.send('post', `/users/${ids[HELPER.email]}/disable`).expect(200)
    expect((await open()).items).toEqual([])
    await admin.send('post', `/users/${ids[HELPER.email]}/enable`).expect(200)
    helper = await apiClient(server, HELPER)
  })

  test('8.2.1 are shown, sent again and withdrawn only with the permission', async () => {
    const { id } = await invite()
    const refused = [
      await nobody.send('get', '/invitations'),
      await nobody.send('post', `/invitations/${id}/resend`),
      await nobody.send('delete', `/invitations/${id}`),
    ]
    for (const answer of refused) {
      expectProblem(answer, 403, 'forbidden')
      expect(answer.text).not.toContain(EVE.email)
    }
    await Role.update({ permissions: ['users:read'] }, { where: { name: 'helper' } })
    server.deps.store.forgetAll()
    const reader = await apiClient(server, HELPER)
    await reader.send('get', '/invitations').expect(200)
    expectProblem(await reader.send('delete', `/invitations/${id}`), 403, 'forbidden')
    expectProblem(await reader.send('post', `/invitations/${id}/resend`), 403, 'forbidden')
    await Role.update({ permissions: ['users:read', 'users:write'] }, { where: { name: 'helper' } })
    server.deps.store.forgetAll()
    helper = await apiClient(server, HELPER)
    expect((await open()).items).toMatchObject([{ id }])
  })
})

describe('an invitation that is withdrawn', () => {
  test('opens nothing, and the audit log names who did it, without the address', async () => {
    const { id, token } = await invite()
    await admin.send('delete', `/invitations/${id}`).expect(204)
    expectProblem(await register(token), 403, 'invalid_invitation')
    expect((await open()).items).toEqual([])
    expectProblem(await admin.send('delete', `/invitations/${id}`), 404, 'not_found')
    const event = await AuditEventRow.findOne({ where: { event: 'user_invitation_withdrawn' }, rejectOnEmpty: true })
    expect([event.actorId, JSON.parse(event.details)]).toEqual([ids[ADA.email], { invitation: id }])
  })

  test('is withdrawn or accepted, not both', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, token } = await invite()
      const [withdrawn, accepted] = await Promise.all([admin.send('delete', `/invitations/${id}`), register(token)])
      const won = [withdrawn.status === 204, accepted.status === 201]
      expect(won.filter(Boolean), JSON.stringify([withdrawn.status, accepted.status])).toHaveLength(1)
      await User.destroy({ where: { email: EVE.email } })
      await noMails()
    }
  })
})

describe('an invitation that is sent again', () => {
  test('has a new link for another seven days, and the earlier one opens nothing', async () => {
    const { id, token } = await invite()
    await OneTimeLink.update({ expires: new Date(Date.now() + days(1)) }, { where: { id } })
    await noMails()
    const { body } = await helper.send('post', `/invitations/${id}/resend`).expect(200)
    expect(Date.parse(body.expires)).toBeGreaterThan(Date.now() + days(6))
    expect((await open()).items).toEqual([body])
    const { token: next } = await mailFor(server, EVE.email, 'invitation')
    expect(JSON.stringify(body)).not.toContain(next)
    expectProblem(await helper.send('post', `/invitations/${id}/resend`), 404, 'not_found')
    expectProblem(await register(token), 403, 'invalid_invitation')
    await register(next).expect(201)
  })

  test('ends with the access of who sent it last', async () => {
    const { id } = await invite()
    const { body } = await admin.send('post', `/invitations/${id}/resend`).expect(200)
    expect(body.invitedBy.id).toBe(ids[ADA.email])
    await admin.send('post', `/users/${ids[HELPER.email]}/disable`).expect(200)
    expect((await open()).items).toMatchObject([{ id: body.id }])
    await admin.send('post', `/users/${ids[HELPER.email]}/enable`).expect(200)
    helper = await apiClient(server, HELPER)
  })

  test('is refused without an address, for an unknown id, and once the address has an account', async () => {
    await createLink('http://localhost:3000', 'invitation', { email: null })
    const [anyone] = (await open()).items
    expectProblem(await admin.send('post', `/invitations/${anyone?.id}/resend`), 409, 'conflict')
    expectProblem(await admin.send('post', `/invitations/${randomUUID()}/resend`), 404, 'not_found')
    const reset = await OneTimeLink.create({
      purpose: 'reset-password',
      tokenHash: 'x',
      userId: ids[BOB.email] ?? null,
      email: BOB.email,
      expires: new Date(Date.now() + days(1)),
    })
    for (const method of ['delete', 'post'] as const)
      expectProblem(
        await admin.send(method, `/invitations/${reset.id}${method === 'post' ? '/resend' : ''}`),
        404,
        'not_found',
      )
    const { id } = await invite()
    await User.create({ email: EVE.email, name: EVE.name, username: null, passwordHash: null })
    expectProblem(await admin.send('post', `/invitations/${id}/resend`), 409, 'account_exists')
    expect(await OneTimeLink.count({ where: { id } })).toBe(1)
  })

  test('several times at once leaves one link', async () => {
    const { id } = await invite()
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => admin.send('post', `/invitations/${id}/resend`)),
      helper.send('post', '/users').send({ email: EVE.email }),
    ])
    expect(
      answers.every(({ status }) => status < 500),
      String(answers.map(({ status }) => status)),
    ).toBe(true)
    expect((await open()).items).toHaveLength(1)
  })
})

// Last, because the models are bound to the server that was opened last.
test('where registration is closed nobody is invited, and open invitations can only be withdrawn', async () => {
  const { id } = await invite()
  const closed = await startServer({ REGISTRATION: 'closed' }, server.database)
  const there = await apiClient(closed, ADA)
  for (const refused of [
    there.send('post', '/users').send({ email: 'grace@example.org' }),
    there.send('post', `/invitations/${id}/resend`),
  ])
    expectProblem(await refused, 403, 'registration_closed')
  await there.send('delete', `/invitations/${id}`).expect(204)
  await closed.stop()
})
