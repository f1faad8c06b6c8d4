import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/harness.ts'
import { type Pair, startPair, USERS } from '../support/nodes/pair.ts'
import { WAYS } from '../support/ways.ts'

const [ADA] = USERS
const HERE = 0
const THERE = 1

let database: TestDatabase
let pair: Pair
let ada: string
beforeAll(async () => {
  database = await createDatabase()
  pair = await startPair('node.ts', { DATABASE_URL: database.url })
  ada = pair.userIds[0] ?? ''
})
afterAll(async () => {
  await pair.close()
  await database.drop()
})
beforeEach(async () => {
  await pair.at(HERE).call('reset')
  await pair.both('sync')
})

async function signIn() {
  const { email, password } = ADA
  const { cookie = '' } = await pair.ask(HERE, 'POST', '/auth/login', { body: { email, password } })
  return cookie
}
async function status(node: 0 | 1, path: string, cookie: string) {
  return (await pair.ask(node, 'GET', path, { cookie })).status
}

/** Signed in, and in the other process's cache. */
async function cachedThere() {
  const cookie = await signIn()
  const before = await pair.at(THERE).call<number>('cached')
  expect(await status(THERE, '/auth/session', cookie)).toBe(200)
  expect(await pair.at(THERE).call<number>('cached')).toBe(before + 1)
  return cookie
}
async function idOf(cookie: string) {
  return ((await pair.ask(HERE, 'GET', '/auth/session', { cookie })).body.session as { id: string }).id
}

const ends: [string, (cookie: string) => Promise<unknown>][] = [
  ['signing out', cookie => pair.ask(HERE, 'POST', '/auth/logout', { cookie })],
  [
    'being ended from another session',
    async cookie => pair.ask(HERE, 'DELETE', `/auth/sessions/${await idOf(cookie)}`, { cookie: await signIn() }),
  ],
  ['the end of all others', async () => pair.ask(HERE, 'DELETE', '/auth/sessions', { cookie: await signIn() })],
  ['disabling the user', () => pair.at(HERE).call('disable', ada)],
  [
    'the renewal of its id',
    async cookie => {
      await pair.at(HERE).call('changeRole', ada)
      return pair.ask(HERE, 'GET', '/auth/profile', { cookie })
    },
  ],
]

describe('what one process ends, the other refuses', () => {
  describe.each(WAYS)('on $way', ({ path }) => {
    test.each(ends)('%s, as soon as the change has been heard', async (_how, end) => {
      const cookie = await cachedThere()
      await end(cookie)
      await pair.at(THERE).call('sync')
      expect(await status(THERE, path, cookie)).toBe(401)
    })

    test('a changed role and a changed name are shown by the other', async () => {
      const cookie = await cachedThere()
      await pair.ask(HERE, 'PATCH', '/auth/profile', { cookie, body: { name: `Ada ${path}` } })
      await pair.at(THERE).call('sync')
      const { body } = await pair.ask(THERE, 'GET', path, { cookie })
      expect(body.user ?? body).toMatchObject({ name: `Ada ${path}` })
      await pair.at(HERE).call('changeRole', ada)
      await pair.at(THERE).call('sync')
      const renewed = await pair.ask(THERE, 'GET', path, { cookie })
      expect(renewed.body.user ?? renewed.body).toMatchObject({ roles: ['user'] })
      expect(renewed.cookie).not.toBe(cookie)
    })

    test('a key written in one is there in the other', async () => {
      const cookie = await cachedThere()
      await pair.ask(HERE, 'POST', '/auth/model', { cookie, body: { set: 'key' } })
      await pair.at(THERE).call('sync')
      expect((await pair.ask(THERE, 'GET', '/auth/model', { cookie })).body).toEqual([['key', { value: 'key' }]])
    })
  })
})

describe('the bound', () => {
  test('nobody waits for it: signed out here, accepted there no longer than the channel promises', async () => {
    const bound = await pair.at(THERE).call<number>('staleAtMost')
    for (let round = 0; round < 20; round++) {
      const cookie = await cachedThere()
      await pair.ask(HERE, 'POST', '/auth/logout', { cookie })
      const answeredAt = performance.now()
      let askedAt = answeredAt
      while ((await status(THERE, '/auth/session', cookie)) === 200) {
        expect(askedAt - answeredAt).toBeLessThan(bound)
        askedAt = performance.now()
      }
    }
  })

  test('a process that was itself held up for longer serves nothing from before', async () => {
    const cookie = await cachedThere()
    const held = pair.at(THERE).call('block', (await pair.at(THERE).call<number>('staleAtMost')) + 100)
    await pair.ask(HERE, 'POST', '/auth/logout', { cookie })
    const asked = status(THERE, '/auth/session', cookie)
    await held
    expect(await asked).toBe(401)
  })
})
