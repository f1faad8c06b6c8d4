import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { UserSchema } from '../../routes/schemas.ts'
import { days } from '../../src/durations.ts'
import { createLink } from '../../src/links/links.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, cookiesOf, startServer, type TestServer } from '../support/harness.ts'

const registerAt = (server: TestServer, body: object) => supertest(server.url).post('/auth/register').send(body)
async function emailsIn(server: TestServer) {
  return (await server.rows<{ email: string }>('SELECT "email" FROM "Users" ORDER BY "email"')).map(
    ({ email }) => email,
  )
}

describe('where everybody may register', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ HASH_QUEUE: '100' })
  })
  afterAll(() => server.close())

  test('an account is made with the role user, and nobody is signed in by it', async () => {
    const answer = await registerAt(server, { ...ADA, username: 'Ada' }).expect(201)
    expect(UserSchema.parse(answer.body)).toMatchObject({
      email: ADA.email,
      username: 'ada',
      name: ADA.name,
      roles: ['user'],
      disabled: false,
    })
    expect([...cookiesOf(answer).keys()]).toEqual(['latchkey.registered'])
    expect(await server.rows('SELECT 1 FROM "Sessions"')).toEqual([])
  })

  test('11.4.2 the password is kept as a hash that names its scheme, and leaves in no answer', async () => {
    const answer = await registerAt(server, BOB).expect(201)
    const [row] = await server.rows<{ passwordHash: string }>(
      `SELECT "passwordHash" FROM "Users" WHERE "email" = '${BOB.email}'`,
    )
    expect(row?.passwordHash).toMatch(/\$2b\$04\$/)
    expect(answer.text).not.toMatch(/password|hash|\$2b/i)
  })

  test.each(['ada@example.org', 'ADA@example.org', ' ada@example.org ', 'ａda@example.org'])(
    'an address is taken in any spelling: %s',
    async email => {
      expectProblem(await registerAt(server, { ...ADA, email }), 409, 'account_exists')
    },
  )

  test('a user name is taken in any case', async () => {
    const answer = await registerAt(server, { ...ADA, email: 'other@example.org', username: 'ADA' })
    expectProblem(answer, 409, 'account_exists')
    expect(await emailsIn(server)).not.toContain('other@example.org')
  })

  test('2.3.4 of fifty registrations of one address at once exactly one succeeds', async () => {
    const tries = Array.from({ length: 50 }, (_, at) =>
      registerAt(server, { ...ADA, email: at % 2 ? 'race@example.org' : 'RACE@example.org' }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter(status => status === 201)).toHaveLength(1)
    expect(statuses.filter(status => status === 409)).toHaveLength(49)
    const roles = await server.rows(
      `SELECT 1 FROM "UserRoles" JOIN "Users" ON "id" = "userId" WHERE "email" = 'race@example.org'`,
    )
    expect(roles).toHaveLength(1)
  })
})

test('where registration is closed nobody registers, an invited person neither', async () => {
  const server = await startServer({ REGISTRATION: 'closed' })
  const link = await createLink(server.env.BASE_URL, 'invitation')
  for (const invitation of [undefined, link.split('#')[1]])
    expectProblem(await registerAt(server, { ...ADA, invitation }), 403, 'registration_closed')
  expect(await emailsIn(server)).toEqual([])
  await server.close()
})

describe('where registration needs an invitation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ REGISTRATION: 'invite', HASH_QUEUE: '100' })
  })
  afterAll(() => server.close())
  afterEach(() => vi.useRealTimers())

  const invite = async (email: string | null = null) =>
    (await createLink(server.env.BASE_URL, 'invitation', { email: email })).split('#')[1] ?? ''
  const refused = async (body: object) => expectProblem(await registerAt(server, body), 403, 'invalid_invitation')

  test('nobody registers without one, or with a set-up link in its place', async () => {
    await refused(ADA)
    await refused({ ...ADA, invitation: 'no such secret' })
    const setup = await createLink(server.env.BASE_URL, 'setup')
    await refused({ ...ADA, invitation: setup.split('#')[1] })
    expect(await emailsIn(server)).toEqual([])
  })

  test('it counts for the address that it names, and once', async () => {
    const invitation = await invite(ADA.email)
    await refused({ ...BOB, invitation })
    await registerAt(server, { ...ADA, email: 'ADA@example.org', invitation }).expect(201)
    await refused({ ...ADA, email: 'ada2@example.org', invitation })
  })

  test('a refused registration does not use it up', async () => {
    const invitation = await invite()
    expectProblem(await registerAt(server, { ...BOB, password: 'short', invitation }), 422, 'validation_failed')
    expectProblem(await registerAt(server, { ...ADA, invitation }), 409, 'account_exists')
    await registerAt(server, { ...BOB, invitation }).expect(201)
  })

  test('2.3.4 of fifty uses at once exactly one succeeds', async () => {
    const invitation = await invite()
    const tries = Array.from({ length: 50 }, (_, at) =>
      registerAt(server, { ...ADA, email: `guest${at}@example.org`, invitation }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter(status => status === 201)).toHaveLength(1)
    expect(statuses.filter(status => status === 403)).toHaveLength(49)
    expect((await emailsIn(server)).filter(email => email.startsWith('guest'))).toHaveLength(1)
  })

  test('it ends after seven days', async () => {
    const [early, late] = [await invite('early@example.org'), await invite('late@example.org')]
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days(7) - 60_000 })
    await registerAt(server, { ...ADA, email: 'early@example.org', invitation: early }).expect(201)
    vi.setSystemTime(Date.now() + 120_000)
    await refused({ ...ADA, email: 'late@example.org', invitation: late })
  })
})
