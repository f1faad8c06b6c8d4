import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { actOnEach } from '../../src/administration/bulk.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const HELPER = { email: 'helper@example.org', name: 'Helper', password: 'nine copper kettles whistling' }
const NOBODY = '00000000-0000-4000-8000-000000000000'

let server: TestServer
let admin: ApiClient
let helper: ApiClient
let adaId = ''
let helperId = ''
let bobId = ''
beforeAll(async () => {
  server = await startServer()
  await Role.create({ name: 'helper', description: '', permissions: ['users:read', 'users:write'] })
  await server.register(ADA)
  await server.register(HELPER)
})
afterAll(() => server.close())
beforeEach(async () => {
  await User.update({ disabledAt: null }, { where: {} })
  server.deps.store.forgetAll()
  await User.destroy({ where: { email: BOB.email } })
  await server.register(BOB)
  bobId = (await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })).id
  adaId = (await grant(ADA, 'admin')).id
  helperId = (await grant(HELPER, 'helper')).id
  admin = await apiClient(server, ADA)
  helper = await apiClient(server, HELPER)
})

const isDisabled = async (id: string) => (await User.findByPk(id, { rejectOnEmpty: true })).disabledAt !== null

describe('disabling several users', () => {
  const disable = (client: ApiClient, ids: unknown) =>
    client.send('post', '/bulk/disable-users').send({ ids } as object)

  test('ends their sessions and answers for each', async () => {
    const { browser } = await server.signIn(BOB)
    const { body } = await disable(admin, [bobId, NOBODY, helperId, bobId]).expect(200)
    expect(body.results).toMatchObject([
      { id: bobId, done: true, code: null },
      { id: NOBODY, done: false, code: 'not_found', sessionsEnded: 0 },
      { id: helperId, done: true },
    ])
    expect(body.results[0].sessionsEnded).toBeGreaterThan(0)
    await browser.get('/auth/session').expect(401)
    const events = await AuditEventRow.findAll({ where: { event: 'user_disabled', userId: [bobId, helperId] } })
    expect(events.map(({ userId, actorId }) => [userId, actorId])).toEqual(
      expect.arrayContaining([
        [bobId, adaId],
        [helperId, adaId],
      ]),
    )
  })

  test('8.2.1 refuses each user who may do more, and no other', async () => {
    const { body } = await disable(helper, [adaId, bobId]).expect(200)
    expect(body.results).toMatchObject([
      { id: adaId, done: false, code: 'forbidden' },
      { id: bobId, done: true },
    ])
    expect(await isDisabled(adaId)).toBe(false)
  })

  test('leaves the last administrator, wherever they stand in the list', async () => {
    const { body } = await disable(admin, [adaId, bobId]).expect(200)
    expect(body.results).toMatchObject([
      { id: bobId, done: true },
      { id: adaId, done: false, code: 'last_administrator' },
    ])
    expect(await isDisabled(adaId)).toBe(false)
  })

  test("comes to the actor's own account last", async () => {
    const { body } = await disable(helper, [helperId, bobId]).expect(200)
    expect(body.results.map(({ id, done }: { id: string; done: boolean }) => [id, done])).toEqual([
      [bobId, true],
      [helperId, true],
    ])
    expectProblem(await helper.send('get', '/users'), 401, 'invalid_token')
  })

  test.each([
    ['none', []],
    ['more than a hundred', Array.from({ length: 101 }, () => NOBODY)],
    ['no id', ['x']],
    ['a path', ['../roles']],
  ])('2.2.1 refuses %s', async (_, ids) => {
    expectProblem(await disable(admin, ids), 422, 'validation_failed')
  })
})

describe('ending the sessions of several users', () => {
  const end = (client: ApiClient, ids: string[]) => client.send('post', '/bulk/end-sessions').send({ ids })

  test('ends them, and the accounts stay', async () => {
    const { browser } = await server.signIn(BOB)
    const { body } = await end(admin, [bobId, NOBODY]).expect(200)
    expect(body.results).toMatchObject([
      { id: bobId, done: true },
      { id: NOBODY, done: false, code: 'not_found' },
    ])
    expect((await browser.get('/auth/session').expect(401)).body).toMatchObject({ reason: 'admin' })
    await server.signIn(BOB)
  })

  test('8.2.1 needs sessions:write, and reaches nobody who may do more', async () => {
    expectProblem(await end(helper, [bobId]), 403, 'forbidden')
    const sessions = { name: 'sessions', description: '', permissions: ['sessions:write'] }
    await Role.findOrCreate({ where: { name: 'sessions' }, defaults: sessions })
    await grant(HELPER, 'sessions')
    const able = await apiClient(server, HELPER)
    const { body } = await end(able, [adaId, bobId]).expect(200)
    expect(body.results).toMatchObject([
      { id: adaId, done: false, code: 'forbidden' },
      { id: bobId, done: true },
    ])
    await admin.browser.get('/auth/session').expect(200)
  })
})

test('after the first user, a fault of the server is a result, and is logged', async () => {
  const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
  const actor = { id: 'actor', permissions: new Set<string>() }
  const results = await actOnEach(server.deps, actor as never, ['one', 'two', 'three'], id =>
    id === 'two'
      ? Promise.reject(Object.assign(new Error('secret values'), { code: 'SQLITE_BUSY' }))
      : Promise.resolve(1),
  )
  expect(results.map(({ id, done, code }) => [id, done, code])).toEqual([
    ['one', true, null],
    ['two', false, 'service_unavailable'],
    ['three', true, null],
  ])
  expect(JSON.stringify(logged.mock.calls)).toContain('SQLITE_BUSY')
  expect(JSON.stringify(logged.mock.calls)).not.toContain('secret values')
})
