import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/harness.ts'
import { USERS } from '../support/nodes/pair.ts'
import { type NodeProcess, request, startNode } from '../support/nodes/processes.ts'
import { WAYS } from '../support/ways.ts'

const LOGINS = 200
/** So many answers have come when the process is killed. */
const KILLED_AFTER = 40

let database: TestDatabase
let node: NodeProcess
const start = () => startNode('node.ts', { DATABASE_URL: database.url, HASH_QUEUE: '1000' })
beforeEach(async () => {
  database = await createDatabase()
  node = await start()
})
afterEach(async () => {
  await node.kill()
  await database.drop()
})

describe('a process that is killed (SIGKILL) during a burst of sign-ins', () => {
  test('every sign-in that was answered 200 is a session after the restart', async () => {
    const [{ email, name, password }] = USERS
    await request(node.url, 'POST', '/auth/register', { body: { email, name, password } })
    const answered: string[] = []
    const enough = Promise.withResolvers<void>()
    async function signIn() {
      const { status, cookie } = await request(node.url, 'POST', '/auth/login', { body: { email, password } })
      expect(status).toBe(200)
      if (answered.push(cookie ?? '') === KILLED_AFTER) enough.resolve()
    }
    const burst = Promise.allSettled(Array.from({ length: LOGINS }, signIn))
    await enough.promise
    await node.kill()
    const lost = (await burst).filter(({ status }) => status === 'rejected')

    node = await start()
    expect(lost.length).toBeGreaterThan(0)
    for (const cookie of answered)
      for (const { path } of WAYS) expect((await request(node.url, 'GET', path, { cookie })).status).toBe(200)
  })
})
