import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { User } from '../../models/user.ts'
import { disableUser, enableUser } from '../../src/administration/administer.ts'
import { IN_DATABASE_ONLY } from '../support/database.ts'
import { ADA, PASSWORD, startServer, type TestServer } from '../support/harness.ts'
import { holdNext, statementsOf } from '../support/statements.ts'
import { ask, WAYS } from '../support/ways.ts'

const READ = /FROM "Sessions" s\b.*"Users" u/s
const CACHE = 50

let server: TestServer
let other: TestServer
let uncached: TestServer
let ada: User
beforeAll(async () => {
  server = await startServer({ SESSION_CACHE: `${CACHE}` })
  await server.register()
  uncached = await startServer({ SESSION_CACHE: '0' }, server.database)
  // The last one opened: the models are bound to it.
  other = await startServer({}, server.database)
  ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
})
afterAll(async () => {
  await other.stop()
  await uncached.stop()
  await server.close()
})
afterEach(() => void vi.restoreAllMocks())

const sidIn = (cookie: string) => decodeURIComponent(cookie).split(/[:.]/)[2] ?? ''
const post = (to: TestServer, path: string, cookie: string) => to.agent().post(path).set('Cookie', cookie)
/** A session that this server has not read yet. */
async function unread() {
  const { cookie } = await other.signIn()
  await server.deps.channel.sync()
  return cookie
}
async function endElsewhere(cookie: string) {
  await post(other, '/auth/logout', cookie).expect(200)
  await server.deps.channel.sync()
}

describe('sessions that are asked for at the same moment', () => {
  // The heartbeat of a channel may fall into the same moment.
  const readsOf = async (work: () => Promise<unknown>) => (await statementsOf(work)).filter(sql => READ.test(sql))

  test('come in one statement, each as it is: live, ended, of somebody else, unknown, asked for twice', async () => {
    const [live, ended] = [await unread(), await unread()]
    await post(other, '/auth/logout', ended).expect(200)
    const somebody = { email: 'batch@example.org', name: 'Batch', password: PASSWORD }
    await other.register(somebody)
    const { cookie: theirs } = await other.signIn(somebody)
    const sids = [live, ended, theirs, live].map(sidIn).concat(['unknown', `o'"]}$1`])
    const find = () => Promise.all(sids.map(sid => uncached.deps.store.find(sid)))
    let found: Awaited<ReturnType<typeof find>> = []
    expect(await readsOf(async () => (found = await find()))).toHaveLength(1)
    expect(found.map(session => session?.principal?.email)).toEqual([
      ADA.email,
      undefined,
      somebody.email,
      ADA.email,
      undefined,
      undefined,
    ])
    expect(found.map(session => session?.sid)).toEqual([sids[0], undefined, sids[2], sids[0], undefined, undefined])
  })

  test('are read by a hundred at most, and none is missed', async () => {
    const sid = sidIn(await unread())
    const sids = Array.from({ length: 250 }, (_, number) => (number % 2 ? sid : `unknown ${number}`))
    let found: unknown[] = []
    const statements = await readsOf(async () => {
      found = await Promise.all(sids.map(each => uncached.deps.store.find(each)))
    })
    expect(statements).toHaveLength(3)
    expect(found.map(Boolean)).toEqual(sids.map(each => each === sid))
  })

  test('each get an object of their own, so that no request sees what another one does to it', async () => {
    const sid = sidIn(await unread())
    const [one, two] = await Promise.all([uncached.deps.store.find(sid), uncached.deps.store.find(sid)])
    expect(one).toEqual(two)
    expect(one).not.toBe(two)
  })
})

describe.each(WAYS)('statements of an authenticated request, on $way', ({ path }) => {
  test('a cached session: none', async () => {
    const cookie = await unread()
    await ask(server, path, cookie).expect(200)
    expect(await statementsOf(() => ask(server, path, cookie).expect(200))).toEqual([])
    expect(await statementsOf(() => server.agent().head(path).set('Cookie', cookie).expect(200))).toEqual([])
  })

  test('a session not seen before: one joined read', async () => {
    const cookie = await unread()
    const statements = await statementsOf(() => ask(server, path, cookie).expect(200))
    expect(statements).toEqual([expect.stringMatching(/^SELECT s\."sid", .* FROM "Sessions" s .*LEFT JOIN "Users"/)])
  })

  test('SESSION_CACHE=0: one read each time', async () => {
    const { cookie } = await other.signIn()
    for (let asked = 0; asked < 2; asked++) {
      expect(await statementsOf(() => ask(uncached, path, cookie).expect(200))).toHaveLength(1)
    }
    expect(uncached.deps.store.cachedSessions).toBe(0)
  })

  test('a forged cookie and none at all: none', async () => {
    const forged = (await unread()).replace(/.{4}$/, 'AAAA')
    expect(await statementsOf(() => ask(server, path, forged).expect(401))).toEqual([])
    expect(await statementsOf(() => ask(server, path, 'theme=dark').expect(401))).toEqual([])
  })

  test('a session asked for again and again is no easier to forge', async () => {
    const cookie = await unread()
    for (let asked = 0; asked < 3; asked++) await ask(server, path, cookie).expect(200)
    const signatures = [
      cookie.replace(/.{4}$/, 'AAAA'),
      cookie.replace(/\.[^.]+$/, '.'),
      cookie.replace(/\.[^.]+$/, ''),
    ]
    for (const forged of signatures) {
      const { body } = await ask(server, path, forged).expect(401)
      expect(body).not.toHaveProperty('reason')
    }
    await ask(server, path, cookie).expect(200)
  })

  test('while the channel is not known to be alive: one read each time', async () => {
    const cookie = await unread()
    await ask(server, path, cookie).expect(200)
    vi.spyOn(server.deps.channel, 'isAlive').mockReturnValue(false)
    expect(await statementsOf(() => ask(server, path, cookie).expect(200))).toHaveLength(1)
    expect(await statementsOf(() => ask(server, path, cookie).expect(200))).toHaveLength(1)
  })

  test('an unchanged answer keeps its ETag and is answered 304; HEAD carries the same tag and length', async () => {
    const cookie = await unread()
    const first = await ask(server, path, cookie).expect(200)
    const etag = first.headers.etag ?? ''
    const passive = { 'X-Session-Passive': '1', 'If-None-Match': etag }
    const unchanged = await ask(server, path, cookie, passive).expect(304)
    expect(unchanged.text).toBe('')
    expect(unchanged.headers.etag).toBe(etag)
    const head = await server.agent().head(path).set('Cookie', cookie).expect(200)
    expect(head.text).toBeUndefined()
    expect([head.headers.etag, head.headers['content-length']]).toEqual([etag, first.headers['content-length']])
  })

  test('a changed answer has another ETag', async () => {
    const cookie = await unread()
    const before = (await ask(server, path, cookie)).headers.etag ?? ''
    await server
      .agent()
      .patch('/auth/profile')
      .set('Cookie', cookie)
      .send({ name: `Ada ${path}` })
      .expect(200)
    const after = await ask(server, path, cookie, { 'If-None-Match': before }).expect(200)
    expect(after.headers.etag).not.toBe(before)
  })
})

describe.each(WAYS)('races between a read and what it must not outlive, on $way', ({ path }) => {
  test('parallel requests for one session share one read', async () => {
    const cookie = await unread()
    const read = holdNext(READ)
    const statements = statementsOf(async () => {
      const asked = Promise.all(Array.from({ length: 20 }, () => ask(server, path, cookie).expect(200)))
      await read.held
      setTimeout(read.release, 100)
      await asked
    })
    expect(await statements).toHaveLength(1)
  })

  test('a session ended elsewhere while its read is on its way is not kept', async () => {
    const cookie = await unread()
    const read = holdNext(READ)
    const asked = ask(server, path, cookie).then(answer => answer)
    await read.held
    await endElsewhere(cookie)
    read.release()
    expect((await asked).status).toBeOneOf([200, 401])
    await ask(server, path, cookie).expect(401)
  })

  test('a session ended here while its read is on its way is not kept', async () => {
    const cookie = await unread()
    const { body } = await ask(other, '/auth/session', cookie).expect(200)
    const read = holdNext(READ)
    const asked = ask(server, path, cookie).then(answer => answer)
    await read.held
    await server.deps.store.end(body.session.id, 'admin')
    const later = ask(server, path, cookie).then(answer => answer)
    await new Promise(resolve => setTimeout(resolve, 50))
    read.release()
    await asked
    expect((await later).status).toBe(401)
    await ask(server, path, cookie).expect(401)
  })

  test('a user disabled while the read is on its way is refused at the next request', async () => {
    const cookie = await unread()
    const read = holdNext(READ)
    const asked = ask(server, path, cookie).then(answer => answer)
    await read.held
    await disableUser(other.deps.store, ada)
    await server.deps.channel.sync()
    read.release()
    await asked
    await enableUser(ada)
    await ask(server, path, cookie).expect(401)
  })

  test('with SESSION_CACHE=0 a request that comes after the end does not share a read begun before it', async () => {
    const cookie = await unread()
    const read = holdNext(READ)
    const early = ask(uncached, path, cookie).then(answer => answer)
    await read.held
    await post(other, '/auth/logout', cookie).expect(200)
    const late = ask(uncached, path, cookie).then(answer => answer)
    await new Promise(resolve => setTimeout(resolve, 50))
    read.release()
    await early
    expect((await late).status).toBe(401)
  })
})

describe('the cache is bounded', IN_DATABASE_ONLY, () => {
  test('it holds so many sessions and not one more; those it dropped are read again', async () => {
    const { browser, cookie } = await server.signIn()
    await browser.get('/auth/session').expect(200)
    const insert = `INSERT INTO "Sessions" ("sid", "publicId", "userId", "data", "version", "secretId", "renew", "createdAt",
      "lastSeenAt", "expires", "absoluteExpires")`
    for (let index = 100; index < 100 + 2 * CACHE; index++) {
      const copy = `'copy-${index}', '${randomUUID()}'`
      await server.rows(`${insert} SELECT ${copy}, "userId", "data", "version", "secretId", "renew", "createdAt", "lastSeenAt",
        "expires", "absoluteExpires" FROM "Sessions" WHERE "sid" = '${sidIn(cookie)}'`)
      await server.deps.store.find(`copy-${index}`)
      expect(server.deps.store.cachedSessions).toBeLessThanOrEqual(CACHE)
    }
    expect(server.deps.store.cachedSessions).toBe(CACHE)
    expect(await statementsOf(() => browser.get('/auth/session').expect(200))).toHaveLength(1)
  })

  test('a session that dropped out of it is still forgotten with its user’s others', async () => {
    const { cookie } = await server.signIn()
    await ask(server, '/auth/session', cookie).expect(200)
    await server.deps.store.endByUser(ada.id, 'admin')
    expect(await server.deps.store.find('copy-199')).toBeUndefined()
    await ask(server, '/auth/session', cookie).expect(401)
  })
})
