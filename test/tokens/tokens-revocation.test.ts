import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'
import { disableUser, enableUser, grantRole, replacePassword, revokeRole } from '../../src/administration/administer.ts'
import { accessToken, askWith, everyScope, makeAdmin, personalToken, userOf } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { failStatements, holdNext } from '../support/statements.ts'

const CAROL = { ...ADA, email: 'carol@example.org' }
const ROUNDS = 5

/** The same database: what `server` ends, `other` must refuse within the bound. */
let other: TestServer
let server: TestServer
let ada: User
let admin: Role
beforeAll(async () => {
  other = await startServer()
  // The last one opened: the models are bound to it.
  server = await startServer({}, other.database)
  for (const person of [ADA, BOB, CAROL]) await server.register(person)
  await makeAdmin(BOB)
  ada = await userOf(ADA)
  admin = await Role.findOne({ where: { name: 'admin' }, rejectOnEmpty: true })
})
afterAll(async () => {
  await server.stop()
  await other.close()
})

/** An administrator for as long as the test likes, with both kinds of token, seen by both servers. */
async function prepare() {
  await enableUser(ada)
  await grantRole(server.deps, ada, admin)
  const { browser, cookie } = await server.signIn()
  const personal = await personalToken(server, cookie, { scopes: everyScope })
  const access = await accessToken(server, cookie)
  const { body } = await browser.get('/auth/session').expect(200)
  const prepared = { browser, cookie, personal, access, sessionId: body.session.id as string }
  await Promise.all([server, other].map(each => each.deps.channel.sync()))
  for (const each of [server, other])
    for (const token of [access, personal.token]) await askWith(each, token, '/api/v1/users').expect(200)
  return prepared
}

type Prepared = Awaited<ReturnType<typeof prepare>>
type End = { how: string; act(prepared: Prepared): unknown; access: number; personal: number }

const ENDS: End[] = [
  { how: 'signing out', act: ({ browser }) => browser.post('/auth/logout').expect(200), access: 401, personal: 200 },
  {
    how: 'ending the session from another one',
    act: async ({ sessionId }) => {
      const { browser } = await server.signIn()
      await browser.delete(`/auth/sessions/${sessionId}`).expect(200)
    },
    access: 401,
    personal: 200,
  },
  {
    how: 'a new password',
    act: () => replacePassword(server.deps, ada, ada.passwordHash ?? ''),
    access: 401,
    personal: 401,
  },
  { how: 'disabling the user', act: () => disableUser(server.deps.store, ada), access: 401, personal: 401 },
  { how: 'taking the role away', act: () => revokeRole(server.deps, ada, admin), access: 403, personal: 403 },
  {
    how: 'revoking the token',
    act: ({ browser, personal }) => browser.delete(`/auth/tokens/${personal.id}`).expect(200),
    access: 200,
    personal: 401,
  },
  {
    how: 'reporting the token',
    act: ({ personal: { token } }) => supertest(server.url).post('/auth/tokens/report').send({ token }).expect(200),
    access: 200,
    personal: 401,
  },
  {
    how: 'an operator’s SQL on the session',
    act: ({ sessionId }) => server.rows(`DELETE FROM "Sessions" WHERE "publicId" = '${sessionId}'`),
    access: 401,
    personal: 200,
  },
  {
    how: 'an operator’s SQL on the token',
    act: ({ personal }) => server.rows(`UPDATE "ApiTokens" SET "scopes" = '[]' WHERE "id" = '${personal.id}'`),
    access: 200,
    personal: 403,
  },
]

const bySql = ({ how }: End) => how.includes('SQL')

/** Asks until the status is the wanted one. @returns ms from the change to the start of the last request that was still let pass */
async function until(at: TestServer, token: string, status: number) {
  const changedAt = performance.now()
  let passedAt = changedAt
  for (let askedAt = changedAt; ; askedAt = performance.now()) {
    const answer = await askWith(at, token, '/api/v1/users')
    if (answer.status === status) return passedAt - changedAt
    passedAt = askedAt
    expect(passedAt - changedAt).toBeLessThan(at.deps.channel.staleAtMost)
  }
}

describe('7.4.1 8.3.2 in the same process, at the very next request', () => {
  test.each(ENDS)('$how', async end => {
    const prepared = await prepare()
    await end.act(prepared)
    if (bySql(end)) await server.deps.channel.sync()
    await askWith(server, prepared.access, '/api/v1/users').expect(end.access)
    await askWith(server, prepared.personal.token, '/api/v1/users').expect(end.personal)
  })

  test('a granted role widens no token that there is, and every one made after it', async () => {
    const { browser, cookie } = await server.signIn(CAROL)
    const before = await accessToken(server, cookie)
    await askWith(server, before, '/api/v1/users').expect(403)
    await grantRole(server.deps, await userOf(CAROL), admin)
    expectProblem(await askWith(server, before, '/api/v1/users'), 403, 'forbidden')
    const { body } = await browser.post('/auth/token').expect(200)
    await askWith(server, body.access_token, '/api/v1/users').expect(200)
  })

  test('a changed name is told at the next request', async () => {
    const { browser, access, personal } = await prepare()
    await browser.patch('/auth/profile').send({ name: 'Countess' }).expect(200)
    for (const token of [access, personal.token]) expect((await askWith(server, token)).body.user.name).toBe('Countess')
  })

  test('a session that gets a new id keeps its access token', async () => {
    const { browser, access } = await prepare()
    await grantRole(server.deps, ada, admin)
    await browser.get('/auth/profile').expect(200)
    await askWith(server, access).expect(200)
  })
})

describe('in another process, within the published bound', () => {
  test.each(ENDS)('$how', async end => {
    const prepared = await prepare()
    await end.act(prepared)
    await until(other, prepared.access, end.access)
    await until(other, prepared.personal.token, end.personal)
  })

  test('how long it takes in practice', async () => {
    const took: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const prepared = await prepare()
      await prepared.browser.delete(`/auth/tokens/${prepared.personal.id}`).expect(200)
      took.push(await until(other, prepared.personal.token, 401))
    }
    expect(Math.max(...took)).toBeLessThan(other.deps.channel.staleAtMost)
  })

  test('a key that is retired on the command line takes its tokens along', async () => {
    const { access, personal } = await prepare()
    const cli = cliHere(settingsOf(server))
    const listed = await cli.run(['keys', 'list'])
    const [, kid = ''] = /^([\w-]{43}) .* signs$/m.exec(listed.stdout) ?? []
    expect((await cli.run(['keys', 'retire', kid])).stdout).toBe(`retired ${kid}\n`)
    for (const each of [server, other]) {
      await each.deps.channel.sync()
      expectProblem(await askWith(each, access), 401, 'invalid_token')
      await askWith(each, personal.token).expect(200)
    }
    const { cookie } = await server.signIn()
    for (const each of [server, other]) await askWith(each, await accessToken(server, cookie)).expect(200)
  })
})

describe('races between a read and what it must not outlive', () => {
  test('a token revoked while its read is on its way is not kept', async () => {
    const { cookie } = await server.signIn(BOB)
    const { id, token } = await personalToken(server, cookie)
    const read = holdNext(/FROM "ApiTokens" t/)
    const asked = askWith(server, token).then(answer => answer)
    await read.held
    await supertest(server.url).delete(`/auth/tokens/${id}`).set('Cookie', cookie).expect(200)
    const later = askWith(server, token).then(answer => answer)
    await new Promise(resolve => setTimeout(resolve, 50))
    read.release()
    await asked
    expect((await later).status).toBe(401)
    await askWith(server, token).expect(401)
  })

  test('a session ended while the read for its access token is on its way is not kept', async () => {
    const { browser, cookie } = await server.signIn(BOB)
    const token = await accessToken(server, cookie)
    server.deps.channel.publish({ kind: 'everything' })
    await server.deps.keyRing.refresh()
    const read = holdNext(/FROM "Sessions" s\b.*"publicId" = \$1/s)
    const asked = askWith(server, token).then(answer => answer)
    await read.held
    await browser.post('/auth/logout').expect(200)
    read.release()
    await asked
    await askWith(server, token).expect(401)
  })
})

test('16.5.3 a database that does not answer is 503, never nobody', async () => {
  const { cookie } = await server.signIn(BOB)
  const [{ token }, access] = [await personalToken(server, cookie), await accessToken(server, cookie)]
  server.deps.channel.publish({ kind: 'everything' })
  server.deps.logger.silent = true
  const stop = failStatements(/FROM "(ApiTokens|Sessions|SigningKeys)"/)
  for (const each of [token, access]) expectProblem(await askWith(server, each), 503, 'service_unavailable')
  stop()
  for (const each of [token, access]) await askWith(server, each).expect(200)
})

test('a process that hears nothing any more reads each time, and so refuses at once', async () => {
  const prepared = await prepare()
  await other.deps.channel.close()
  await prepared.browser.delete(`/auth/tokens/${prepared.personal.id}`).expect(200)
  await askWith(other, prepared.personal.token).expect(401)
  await askWith(other, prepared.access).expect(200)
  await prepared.browser.post('/auth/logout').expect(200)
  await askWith(other, prepared.access).expect(401)
})
