import supertest from 'supertest'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { hours } from '../../src/durations.ts'
import { PERMISSIONS } from '../../src/identity/permissions.ts'
import { createLink } from '../../src/links/links.ts'
import type { ProblemCode } from '../../src/problem.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer({ REGISTRATION: 'open', HASH_QUEUE: '100' })
})
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

const linkToken = async () => (await createLink(server.env.BASE_URL, 'setup')).split('#')[1] ?? ''
function setUp(token: string, person = ADA) {
  return supertest(server.url)
    .post('/auth/setup')
    .send({ token, ...person })
}
const check = (token: string) => supertest(server.url).post('/auth/setup/check').send({ token })
async function refused(token: string, status = 403, code: ProblemCode = 'invalid_setup_link') {
  expectProblem(await check(token), status, code)
  expectProblem(await setUp(token), status, code)
}

test('14.2.1 the secret stands in the fragment, which no browser sends, and the database holds only its hash', async () => {
  const link = new URL(await createLink('http://localhost:3000', 'setup'))
  expect(link.pathname + link.search).toBe('/setup')
  expect(Buffer.from(link.hash.slice(1), 'base64url')).toHaveLength(32)
  expect(JSON.stringify(await server.rows('SELECT * FROM "OneTimeLinks"'))).not.toContain(link.hash.slice(1))
})

test('it makes the first administrator, who can sign in, and then no other', async () => {
  const token = await linkToken()
  const { body } = await setUp(token).expect(201)
  expect(body).toMatchObject({ email: ADA.email, roles: ['admin'] })
  await server.signIn()
  await refused(token, 409, 'already_set_up')
  await refused(await linkToken(), 409, 'already_set_up')
})

test('2.3.4 of fifty uses at once exactly one succeeds', async () => {
  const token = await linkToken()
  const tries = Array.from({ length: 50 }, (_, at) => setUp(token, { ...ADA, email: `admin${at}@example.org` }))
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  expect(statuses.filter(status => status === 201)).toHaveLength(1)
  expect(statuses.filter(status => status === 409)).toHaveLength(49)
  expect(await server.rows('SELECT 1 FROM "Users"')).toHaveLength(1)
})

test('a stranger who registers first changes nothing', async () => {
  const token = await linkToken()
  await server.register(BOB)
  await check(token).expect(200)
  const { body } = await setUp(token).expect(201)
  expect(body).toMatchObject({ email: ADA.email, roles: ['admin'] })
})

test('a disabled administrator is none', async () => {
  await setUp(await linkToken()).expect(201)
  expectProblem(await check(await linkToken()), 409, 'already_set_up')
  await server.rows(`UPDATE "Users" SET "disabledAt" = '2026-01-01 00:00:00'`)
  await check(await linkToken()).expect(200)
})

test('8.2.1 whoever holds every permission by another role is an administrator too', async () => {
  await server.register(BOB)
  const role = await Role.create({ name: 'operators', description: '', permissions: [...PERMISSIONS] })
  const bob = await User.findOne({ where: { email: BOB.email }, rejectOnEmpty: true })
  const token = await linkToken()
  await check(token).expect(200)
  await bob.addRole(role)
  await refused(token, 409, 'already_set_up')
})

test('checking a link does not use it', async () => {
  const token = await linkToken()
  await check(token).expect(200)
  await check(token).expect(200)
  await setUp(token).expect(201)
  expectProblem(await check(token), 409, 'already_set_up')
  expectProblem(await check('a'.repeat(43)), 409, 'already_set_up')
})

test('it ends after an hour', async () => {
  const token = await linkToken()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours(1) + 1000 })
  await refused(token)
  vi.setSystemTime(Date.now() - 60_000)
  await setUp(token).expect(201)
})

test('a newer link leaves the one just copied valid, and of both used at once one creates an administrator', async () => {
  const tokens = [await linkToken(), await linkToken()]
  const answers = await Promise.all(
    tokens.map((token, at) => setUp(token, { ...ADA, email: `admin${at}@example.org` })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  expect(await server.rows('SELECT 1 FROM "Users"')).toHaveLength(1)
})

test('an invented secret, or an invitation in its place, is refused', async () => {
  const invitation = await createLink(server.env.BASE_URL, 'invitation')
  for (const token of ['', 'a'.repeat(43), invitation.split('#')[1] ?? '']) await refused(token)
})

test('6.2.1 a bad password is refused and leaves the link usable', async () => {
  const token = await linkToken()
  const problem = expectProblem(await setUp(token, { ...ADA, password: 'seven green bi' }), 422, 'validation_failed')
  expect(problem.errors).toEqual([{ pointer: '#/password', detail: expect.any(String), code: 'too_short' }])
  await setUp(token).expect(201)
})
