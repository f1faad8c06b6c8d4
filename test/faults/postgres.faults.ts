import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Answer, ask, createVisitors, FOR_VISITORS, look, pause, register, signIn, untilWell } from './visitor.ts'

const ANSWERED_WITHIN = seconds(10)
const WELL_WITHIN = seconds(5)
/** How many may sign in, and how fast, is not what is tested here. */
const SETTINGS = {
  ...FOR_VISITORS,
  DATABASE_POOL: '5',
}

let cluster: Cluster
let relay: Relay
let server: ChildServer
let cookie: string
const { keepAsking, leave } = createVisitors()
let databases = 0
let database: string

async function start(through: number) {
  const child = await startChild({ DATABASE_URL: cluster.url(database, through), ...SETTINGS })
  await child.printed(/Listening on/)
  return child
}

beforeAll(async () => {
  cluster = await startCluster(['max_connections=40', 'superuser_reserved_connections=3'])
})
afterAll(() => cluster.remove())
beforeEach(async () => {
  database = `latchkey_${++databases}`
  await cluster.sql(`CREATE DATABASE ${database}`)
  relay = await startRelay(cluster.port)
  server = await start(relay.port)
  await register(server)
  cookie = (await signIn(server)).cookie
  expect((await look(server, cookie)).status).toBe(200)
})
afterEach(async () => {
  await server.close()
  await leave()
  await relay.close()
})

/** Each was answered in time, either well or by 503 with when to try again. */
function expectAnswered(answers: Answer[]) {
  expect(answers.length).toBeGreaterThan(0)
  for (const answer of answers) {
    expect([200, 503], JSON.stringify(answer)).toContain(answer.status)
    expect(answer.ms, JSON.stringify(answer)).toBeLessThan(ANSWERED_WITHIN)
    if (answer.status === 503) expect(Number(answer.retryAfter)).toBeGreaterThan(0)
  }
}
const isWell = () => untilWell(() => signIn(server))
async function expectWell() {
  expect(await isWell()).toBeLessThan(WELL_WITHIN)
  expect(await untilWell(() => look(server, cookie))).toBeLessThan(WELL_WITHIN)
  expect(await untilWell(() => ask(server, 'GET', '/readyz'))).toBeLessThan(WELL_WITHIN)
  expect(server.child.exitCode).toBe(null)
}

describe('13.2.6 16.5.2 a PostgreSQL server that', () => {
  test('falls silent on the open connections: 503 in time, and well while those still hang', async () => {
    const signIns = keepAsking(() => signIn(server), 7)
    const looks = keepAsking(() => look(server, cookie), 3)
    const probes = keepAsking(() => ask(server, 'GET', '/readyz'), 1)
    await pause(1000)
    relay.swallow({ newOnesWork: true })
    await pause(seconds(12))
    await expectWell()
    const ready = await probes()
    expectAnswered([...(await signIns()), ...(await looks()), ...ready])
    expect(Math.max(...ready.map(({ ms }) => ms))).toBeLessThan(seconds(4))
  })

  test('falls silent altogether: 503 in time, /readyz too, and well when it is back', async () => {
    const signIns = keepAsking(() => signIn(server), 7)
    const probes = keepAsking(() => ask(server, 'GET', '/readyz'), 1)
    await pause(1000)
    relay.swallow({ newOnesWork: false })
    await pause(seconds(15))
    expect((await ask(server, 'GET', '/readyz')).status).toBe(503)
    relay.pass()
    await expectWell()
    const ready = await probes()
    expectAnswered([...(await signIns()), ...ready])
    expect(Math.max(...ready.map(({ ms }) => ms))).toBeLessThan(seconds(4))
  })

  test('holds the lock of a node that froze in a transaction: the other node goes on', async () => {
    const other = await start(cluster.port)
    try {
      const frozen = Promise.withResolvers<void>()
      relay.watch(bytes => {
        if (!bytes.includes('AuditHeads')) return
        server.child.kill('SIGSTOP')
        frozen.resolve()
      })
      signIn(server).catch(() => {})
      await frozen.promise
      const answers: Answer[] = []
      for (const until = Date.now() + seconds(10); Date.now() < until; ) {
        const { cookie: other1, ...answer } = await signIn(other)
        answers.push({ ...answer, cookie: other1 }, await ask(other, 'POST', '/auth/logout', { cookie: other1 }))
      }
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      relay.watch(() => {})
      server.child.kill('SIGCONT')
      await expectWell()
    } finally {
      await other.close()
    }
  })

  test('becomes read-only: sessions go on, writes are 503, not ready; well when it is writable again', async () => {
    const kick = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`
    await cluster.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on; ${kick}`)
    await untilWell(() => look(server, cookie))
    const signIns = keepAsking(() => signIn(server), 7)
    const looks = keepAsking(() => look(server, cookie), 2)
    await pause(seconds(3))
    const unready = await ask(server, 'GET', '/readyz')
    expect(unready).toMatchObject({ status: 503, detail: expect.stringContaining('read-only') })
    await cluster.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = off`)
    await expectWell()
    const seen = await looks()
    expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200))
    expectAnswered(await signIns())
  })

  test('ends our connections again and again: the process lives and is well after it', async () => {
    const signIns = keepAsking(() => signIn(server), 7)
    const looks = keepAsking(() => look(server, cookie), 3)
    const kick = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid()`
    for (const until = Date.now() + seconds(6); Date.now() < until; ) await cluster.sql(kick)
    await expectWell()
    expectAnswered([...(await signIns()), ...(await looks())])
  })

  test.each(['fast', 'immediate'] as const)('stops (%s) and starts again', async mode => {
    const signIns = keepAsking(() => signIn(server), 6)
    await pause(500)
    await cluster.stop(mode)
    await pause(seconds(2))
    expect((await ask(server, 'GET', '/readyz')).status).toBe(503)
    await cluster.start()
    await expectWell()
    expectAnswered(await signIns())
  })

  test('has no connections left, and cuts ours meanwhile', async () => {
    const others = Array.from({ length: 60 }, () => cluster.sql('SELECT pg_sleep(7)', 'postgres').catch(() => {}))
    await pause(500)
    const signIns = keepAsking(() => signIn(server), 7)
    const kick = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`
    for (const until = Date.now() + seconds(4); Date.now() < until; await pause(100))
      await cluster.sql(kick).catch(() => {})
    await Promise.all(others)
    await expectWell()
    expectAnswered(await signIns())
  })
})

test('a PostgreSQL server that fails over to its standby is back when that is promoted', async () => {
  const standby = await startCluster(['max_connections=40'], cluster)
  try {
    const signIns = keepAsking(() => signIn(server), 6)
    relay.turnTo(standby.port)
    relay.swallow({ newOnesWork: true })
    await pause(seconds(8))
    expect(await ask(server, 'GET', '/readyz')).toMatchObject({
      status: 503,
      detail: expect.stringContaining('read-only'),
    })
    expect((await look(server, cookie)).status).toBe(200)
    await standby.promote()
    await expectWell()
    expectAnswered(await signIns())
  } finally {
    await standby.remove()
  }
})
