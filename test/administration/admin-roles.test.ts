import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Mail } from '../../models/mail.ts'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { type ApiClient, apiClient, grant } from '../support/api-client.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

const SUPPORT = { name: 'support', description: 'Looks after people', permissions: ['users:read', 'sessions:read'] }

let server: TestServer
let admin: ApiClient
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
  await grant(ADA, 'admin')
  admin = await apiClient(server, ADA)
})
afterAll(() => server.close())
afterEach(() => Role.destroy({ where: { builtIn: false } }))

const create = (body: object = SUPPORT) => admin.send('post', '/roles').send(body)

describe('roles', () => {
  test('are made, read, changed with their tag, and deleted', async () => {
    const created = await create().expect(201)
    expect(created.body).toMatchObject({ ...SUPPORT, permissions: ['sessions:read', 'users:read'], builtIn: false })
    const { headers } = await admin.send('get', '/roles/support').expect(200)
    const change = (tag: string) =>
      admin
        .send('patch', '/roles/support')
        .set('If-Match', tag)
        .send({ permissions: ['users:read'] })
    const changed = await change(headers.etag ?? '').expect(200)
    expect(changed.body).toMatchObject({ description: SUPPORT.description, permissions: ['users:read'] })
    expectProblem(await change(headers.etag ?? ''), 412, 'precondition_failed')
    expectProblem(await admin.send('patch', '/roles/support').send({ description: 'x' }), 428, 'precondition_required')
    const pages = [await admin.send('get', '/roles?limit=2').expect(200)]
    pages.push(await admin.send('get', `/roles?limit=2&cursor=${pages[0]?.body.next}`).expect(200))
    expect(pages.map(({ body }) => body.items.map(({ name }: { name: string }) => name))).toEqual([
      ['admin', 'support'],
      ['user'],
    ])
    expect(pages[1]?.body.next).toBeNull()
    await admin.send('delete', '/roles/support').expect(204)
    expectProblem(await admin.send('get', '/roles/support'), 404, 'not_found')
  })

  test('8.3.2 a permission that a role loses counts at the very next request, one that it gains at the next token', async () => {
    await create({ ...SUPPORT, permissions: [] }).expect(201)
    await grant(BOB, 'support')
    await (await apiClient(server, BOB)).send('get', '/users').expect(403)
    const set = (permissions: string[]) =>
      admin.send('patch', '/roles/support').set('If-Match', '*').send({ permissions }).expect(200)
    await set(['users:read'])
    const bob = await apiClient(server, BOB)
    await bob.send('get', '/users').expect(200)
    await set([])
    await bob.send('get', '/users').expect(403)
    await set(['users:read'])
    await admin.send('delete', '/roles/support').expect(204)
    await bob.send('get', '/users').expect(403)
  })

  test.each([
    ['a permission that is not known', { ...SUPPORT, permissions: ['users:raed'] }],
    ['a name with capitals', { ...SUPPORT, name: 'Support' }],
    ['a name of one letter', { ...SUPPORT, name: 's' }],
    ['no permissions field', { name: 'support', description: '' }],
    ['an own idea of built-in', { ...SUPPORT, builtIn: true }],
  ])('2.2.1 refuse %s', async (_what, body) => {
    expectProblem(await create(body), 422, 'validation_failed')
  })

  test('a name is taken once, also of ten at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create()))
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused).toHaveLength(9)
    for (const answer of refused) expectProblem(answer, 409, 'role_exists')
  })

  test('one that is granted ten times at the same moment is granted, and announced once', async () => {
    await create().expect(201)
    const { id } = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
    const path = `/users/${id}/roles/${SUPPORT.name}` as const
    const before = await Mail.count()
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.send('put', path)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204))
    expect((await Mail.count()) - before).toBe(1)
  })

  test('the built-in ones are not deleted, and admin not changed', async () => {
    for (const name of ['admin', 'user']) expectProblem(await admin.send('delete', `/roles/${name}`), 409, 'conflict')
    const change = admin.send('patch', '/roles/admin').set('If-Match', '*').send({ permissions: [] })
    expectProblem(await change, 409, 'conflict')
  })

  test('2.3.4 the last administrator is who holds every administrative permission, by whatever roles', async () => {
    const roles = [
      { name: 'people', description: '', permissions: ['users:read', 'users:write', 'roles:read', 'roles:write'] },
      { name: 'watch', description: '', permissions: ['sessions:read', 'sessions:write', 'audit:read'] },
      { name: 'apps', description: '', permissions: ['clients:read', 'clients:write'] },
    ]
    for (const role of roles) {
      await create(role).expect(201)
      await grant(BOB, role.name)
    }
    const ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
    const bob = await apiClient(server, BOB)
    await bob.send('delete', `/users/${ada.id}/roles/admin`).expect(204)
    const tries = [
      bob.send('delete', `/users/${(await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })).id}`),
      bob.send('delete', '/roles/watch'),
      bob
        .send('patch', '/roles/people')
        .set('If-Match', '*')
        .send({ permissions: ['users:read'] }),
    ]
    for (const answer of await Promise.all(tries)) expectProblem(answer, 409, 'last_administrator')
    await bob.send('put', `/users/${ada.id}/roles/admin`).expect(204)
    await bob.send('delete', '/roles/watch').expect(204)
  })

  test('8.2.1 nobody makes, widens or narrows a role beyond their own permissions', async () => {
    await create({ name: 'roler', description: '', permissions: ['roles:read', 'roles:write'] }).expect(201)
    await create().expect(201)
    await grant(BOB, 'roler')
    const bob = await apiClient(server, BOB)
    const more = { name: 'more', description: '', permissions: ['audit:read'] }
    expectProblem(await bob.send('post', '/roles').send(more), 403, 'forbidden')
    const widen = bob.send('patch', '/roles/roler').set('If-Match', '*')
    expectProblem(await widen.send({ permissions: ['roles:read', 'roles:write', 'audit:read'] }), 403, 'forbidden')
    const narrow = bob.send('patch', '/roles/support').set('If-Match', '*')
    expectProblem(await narrow.send({ permissions: [] }), 403, 'forbidden')
    expectProblem(await bob.send('delete', '/roles/support'), 403, 'forbidden')
    await bob.send('patch', '/roles/support').set('If-Match', '*').send({ description: 'As it is' }).expect(200)
  })
})
