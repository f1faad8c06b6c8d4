import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Role } from '../../models/role.ts'
import type { EndReason } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { disableUser, enableUser, grantRole, replacePassword, revokeRole } from '../../src/administration/administer.ts'
import type { NewRow } from '../../src/sessions/table.ts'
import { ADA, BOB, startServer, type TestServer } from '../support/harness.ts'
import { ask, WAYS } from '../support/ways.ts'

let server: TestServer
let userId: string
let ada: User
beforeAll(async () => {
  server = await startServer()
  await server.register()
  await server.register(BOB)
  ada = await User.findOne({ where: { email: ADA.email }, rejectOnEmpty: true })
  userId = ada.id
})
afterAll(() => server.close())
beforeEach(async () => {
  await enableUser(ada)
  await server.deps.store.endByUser(userId, 'admin')
})

const store = () => server.deps.store
const asked = (path: string, cookie: string) => ask(server, path, cookie)
const publicIdOf = async (cookie: string) => (await asked('/auth/session', cookie).expect(200)).body.session.id
const sidIn = (cookie: string) => decodeURIComponent(cookie).split(/[:.]/)[2] ?? ''
const roleOf = (name: string) => Role.findOne({ where: { name }, rejectOnEmpty: true })

describe.each(WAYS)('what ends a session is seen at the next request, with its reason, on $way', ({ path }) => {
  /** Signed in, and in the cache. */
  async function signIn() {
    const { cookie } = await server.signIn()
    await asked(path, cookie).expect(200)
    return cookie
  }
  async function refused(cookie: string, reason: EndReason | undefined) {
    const { body } = await asked(path, cookie).expect(401)
    expect(body.reason).toBe(reason)
  }

  test('signing out', async () => {
    const cookie = await signIn()
    await server.agent().post('/auth/logout').set('Cookie', cookie).expect(200)
    await refused(cookie, 'signed-out')
  })

  test('an end by public id', async () => {
    const cookie = await signIn()
    expect(await store().end(await publicIdOf(cookie), 'admin')).toBe(true)
    await refused(cookie, 'admin')
  })

  test('an end by user, but for the session that asks', async () => {
    const [one, other, kept] = [await signIn(), await signIn(), await signIn()]
    expect(await store().endByUser(userId, 'signed-out-elsewhere', sidIn(kept))).toBe(2)
    await refused(one, 'signed-out-elsewhere')
    await refused(other, 'signed-out-elsewhere')
    await asked(path, kept).expect(200)
  })

  test('a new password', async () => {
    const cookie = await signIn()
    await replacePassword(server.deps, ada, ada.passwordHash ?? '')
    await refused(cookie, 'password-changed')
  })

  test('a disabled user: refused for good, also after being enabled again', async () => {
    const cookie = await signIn()
    await disableUser(store(), ada)
    await refused(cookie, 'disabled')
    await enableUser(ada)
    await refused(cookie, 'disabled')
  })

  test('a sign-in that was checked before its user was disabled does not come alive when the user is enabled', async () => {
    const cookie = await signIn()
    const live = await store().find(sidIn(cookie))
    const late = randomUUID()
    await disableUser(store(), ada)
    await store().table.insert({
      ...live,
      sid: late,
      publicId: randomUUID(),
      userId,
      ip: null,
      userAgent: null,
    } as NewRow)
    await enableUser(ada)
    expect((await store().find(late))?.principal ?? null).toBeNull()
  })

  test('a sign-in whose password was checked before it was changed does not outlive the change', async () => {
    const [checked, changed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { verify } = server.deps.hasher
    vi.spyOn(server.deps.hasher, 'verify').mockImplementationOnce(async (...given) => {
      const verified = await verify(...given)
      checked.resolve()
      await changed.promise
      return verified
    })
    const signingIn = server.signIn()
    await checked.promise
    await replacePassword(server.deps, ada, await server.deps.hasher.hash('another sentence, as long as it takes'))
    changed.resolve()
    const cookie = await signingIn.then(signedIn => signedIn.cookie).catch(() => 'none')
    await ada.update({ passwordHash: await server.deps.hasher.hash(ADA.password) })
    await asked(path, cookie).expect(401)
  })

  test('a user disabled by SQL', async () => {
    const cookie = await signIn()
    await server.rows(`UPDATE "Users" SET "disabledAt" = "createdAt" WHERE "id" = '${userId}'`)
    await server.deps.channel.sync()
    await refused(cookie, 'disabled')
    await enableUser(await ada.reload())
  })

  test('a deleted user leaves no session and no reason', async () => {
    await server.register({ ...ADA, email: `gone-${path.length}@example.org` })
    const { cookie } = await server.signIn({ ...ADA, email: `gone-${path.length}@example.org` })
    await asked(path, cookie).expect(200)
    await server.rows(`DELETE FROM "Users" WHERE "email" = 'gone-${path.length}@example.org'`)
    await server.deps.channel.sync()
    await refused(cookie, undefined)
  })

  test('an end is once: the first reason stays', async () => {
    const cookie = await signIn()
    const publicId = await publicIdOf(cookie)
    expect(await store().end(publicId, 'admin')).toBe(true)
    expect(await store().end(publicId, 'expired')).toBe(false)
    expect(await store().endByUser(userId, 'disabled')).toBe(0)
    await refused(cookie, 'admin')
  })

  test('one user’s ends do not touch another’s sessions', async () => {
    const { cookie } = await server.signIn(BOB)
    const publicId = await publicIdOf(cookie)
    expect(await store().endOwn(userId, publicId, 'signed-out-elsewhere')).toBe(false)
    await store().endByUser(userId, 'admin')
    await asked(path, cookie).expect(200)
  })
})

describe.each(WAYS)('what changes a user is seen at the next request, on $way', ({ path }) => {
  const userIn = ({ body }: { body: { user?: object } }) => body.user ?? body

  test('a changed name, also in the user’s other sessions', async () => {
    const [one, other] = [await server.signIn(), await server.signIn()]
    await asked(path, other.cookie).expect(200)
    const name = `Ada of ${path}`
    await one.browser.patch('/auth/profile').send({ name }).expect(200)
    expect(userIn(await asked(path, one.cookie))).toMatchObject({ name })
    expect(userIn(await asked(path, other.cookie))).toMatchObject({ name })
  })

  test('a name changed by SQL', async () => {
    const { cookie } = await server.signIn()
    await asked(path, cookie).expect(200)
    await server.rows(`UPDATE "Users" SET "name" = 'By hand ${path}' WHERE "id" = '${userId}'`)
    await server.deps.channel.sync()
    expect(userIn(await asked(path, cookie))).toMatchObject({ name: `By hand ${path}` })
  })

  test('a granted and a revoked role', async () => {
    const { browser } = await server.signIn()
    await browser.get(path).expect(200)
    await grantRole(server.deps, ada, await roleOf('user'))
    expect(userIn(await browser.get(path).expect(200))).toMatchObject({ roles: ['user'] })
    await revokeRole(server.deps, ada, await roleOf('user'))
    expect(userIn(await browser.get(path).expect(200))).toMatchObject({ roles: [] })
  })
})

test('the session holds the user’s id and how it was proved, nothing of the user', async () => {
  await server.signIn()
  const rows = await server.rows<{ sid: string }>('SELECT "sid" FROM "Sessions" WHERE "endedAt" IS NULL')
  const contents = await Promise.all(rows.map(async ({ sid }) => JSON.parse((await server.contentOf(sid)) ?? '{}')))
  expect(contents).toContainEqual({
    auth: { at: expect.any(Number), factors: ['password'], proofs: { password: expect.any(Number) } },
    passport: { user: userId },
  })
  expect(JSON.stringify(contents)).not.toMatch(/ada@|Lovelace|admin|\$2/)
})

test('a session planted before signing in leaves nothing in the one after it', async () => {
  const { browser, cookie } = await server.signIn()
  await server.rows(`UPDATE "Sessions" SET "data" = '{"planted":1}', "version" = 9 WHERE "sid" = '${sidIn(cookie)}'`)
  await server.deps.channel.sync()
  await browser.post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(200)
  const rows = await server.rows<{ data: string }>('SELECT "data" FROM "Sessions" WHERE "endedAt" IS NULL')
  expect(rows.map(({ data }) => data).join()).not.toContain('planted')
})
