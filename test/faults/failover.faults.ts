import { afterEach, beforeEach, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { ADA } from '../support/harness.ts'
import { type Pair, startPair } from './cluster.ts'
import { type Answer, ask, createVisitors, FOR_VISITORS, look, pause, register, signIn, untilWell } from './visitor.ts'

const WELL_WITHIN = seconds(5)
const SESSIONS = 40

let pair: Pair
const nodes: ChildServer[] = []
let live: Set<string>
let ended: Set<string>
let people: (typeof ADA)[]
const { keepAsking, leave } = createVisitors()

beforeEach(async () => {
  pair = await startPair('latchkey')
  for (let count = 0; count < 2; count++) nodes.push(await startNode())
  await register(node(0))
  live = new Set()
  ended = new Set()
  people = []
  while (live.size < SESSIONS) live.add((await signIn(node(live.size))).cookie)
  for (const cookie of [...live].slice(0, SESSIONS / 4)) await signOut(node(0), cookie)
  // Within this time, each node hears of what the other one ended.
  await pause(seconds(2))
}, seconds(180))
afterEach(async () => {
  await leave()
  for (const each of nodes.splice(0)) await each.close()
  await pair.remove()
})

async function startNode() {
  const started = await startChild({ DATABASE_URL: pair.url, ...FOR_VISITORS, LOGIN_LIMIT_REGISTER: '100000' })
  await started.printed(/Listening on/)
  return started
}

function node(at: number): ChildServer {
  const found = nodes[at % nodes.length]
  if (!found) throw new Error('no node')
  return found
}

/** Whether it took effect is known only from an answer of 200. */
async function signOut(through: ChildServer, cookie: string): Promise<Answer> {
  live.delete(cookie)
  const answer = await ask(through, 'POST', '/auth/logout', { cookie })
  if (answer.status === 200) ended.add(cookie)
  return answer
}

async function signInAndKeep(through: ChildServer): Promise<Answer> {
  const answer = await signIn(through)
  if (answer.status === 200) live.add(answer.cookie)
  return answer
}

async function registerAndKeep(through: ChildServer, at: number): Promise<Answer> {
  const person = { ...ADA, email: `visitor${at}@example.org` }
  const answer = await register(through, person)
  if (answer.status === 201) people.push(person)
  return answer
}

/** People who look at live and ended sessions, sign in, sign out and register, at both nodes. */
function keepBusy() {
  let at = 0
  const pick = (from: Set<string>) => [...from][at++ % from.size] ?? ''
  const stops = {
    live: keepAsking(() => look(node(at), pick(live)), 8),
    ended: keepAsking(() => look(node(at), pick(ended)), 3),
    signIns: keepAsking(() => signInAndKeep(node(at++)), 4),
    signOuts: keepAsking(() => signOut(node(at), pick(live)), 1),
    registrations: keepAsking(() => registerAndKeep(node(at), at++), 2),
  }
  return async () => ({
    live: await stops.live(),
    ended: await stops.ended(),
    writes: [...(await stops.signIns()), ...(await stops.signOuts()), ...(await stops.registrations())],
  })
}

const statusesOf = (answers: Answer[]) => [...new Set(answers.map(({ status }) => status))].toSorted()

async function expectNothingLost() {
  const through = [...nodes, await startNode()]
  nodes.push(...through.slice(-1))
  for (const each of through) {
    for (const cookie of live) expect((await look(each, cookie)).status).toBe(200)
    for (const cookie of ended) expect((await look(each, cookie)).status).toBe(401)
  }
  for (const person of people) expect((await signIn(node(0), person)).status).toBe(200)
}

/** @returns seconds until every node took a sign-in */
async function untilWritten(): Promise<number> {
  const waits = await Promise.all(nodes.map(each => untilWell(() => signInAndKeep(each))))
  return Math.max(...waits) / 1000
}

test('the primary is killed and the standby promoted: 503 meanwhile, and no answered write or session is lost', async () => {
  const stop = keepBusy()
  await pause(seconds(2))
  const killedAt = performance.now()
  await pair.primary.stop('immediate')
  await pause(seconds(3))
  expect((await ask(node(0), 'GET', '/readyz')).status).toBe(503)
  await pair.standby.promote()
  const promotedAt = performance.now()
  const back = await untilWritten()
  const out = (performance.now() - killedAt) / 1000
  await pause(seconds(2))
  const answers = await stop()
  process.stdout.write(
    `failover: 503 for ${out.toFixed(1)} s, promoted after ${((promotedAt - killedAt) / 1000).toFixed(1)} s, writes ${back.toFixed(1)} s later\n` +
      `failover: ${live.size} live and ${ended.size} ended sessions and ${people.length} registrations kept\n`,
  )
  expect(statusesOf(answers.live)).toEqual([200, 503])
  expect(statusesOf(answers.ended)).toEqual([401, 503])
  expect(statusesOf(answers.writes)).toEqual([200, 201, 503])
  expect(back).toBeLessThan(WELL_WITHIN / 1000)
  await expectNothingLost()
})

test('a former primary that comes back and takes writes is not used', async () => {
  await pair.primary.stop('immediate')
  await pair.standby.promote()
  await untilWritten()
  await pair.primary.start()
  const kick = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'latchkey'"
  for (let count = 0; count < 5; count++) {
    await pair.standby.sql(kick)
    await untilWritten()
  }
  const atTheFormer = await pair.primary.sql("SELECT 1 FROM pg_stat_activity WHERE datname = 'latchkey'")
  expect(atTheFormer).toEqual([])
  await expectNothingLost()
})

test('a primary that is only fenced is left, for notifications too', async () => {
  const stop = keepBusy()
  await pause(seconds(1))
  await pair.primary.sql('ALTER SYSTEM SET default_transaction_read_only = on')
  await pair.primary.sql('SELECT pg_reload_conf()')
  await pair.standby.promote()
  // A commit that was under way waits for the standby, until its connection counts as dead.
  expect(await untilWritten()).toBeLessThan((2 * WELL_WITHIN) / 1000)
  const answers = await stop()
  expect([200, 503]).toEqual(expect.arrayContaining(statusesOf(answers.live)))
  expect([401, 503]).toEqual(expect.arrayContaining(statusesOf(answers.ended)))
  for (let count = 0; count < 4; count++) {
    const { cookie } = await signInAndKeep(node(0))
    expect((await look(node(1), cookie)).status).toBe(200)
    expect((await look(node(1), cookie)).status).toBe(200)
    await signOut(node(0), cookie)
    await pause(seconds(2))
    expect((await look(node(1), cookie)).status).toBe(401)
  }
  await expectNothingLost()
})

test('without its synchronous standby, a write is 503 and not an answer that the next failover takes back', async () => {
  await pair.standby.stop('immediate')
  const answers = await Promise.all([0, 1].map(at => signIn(node(at))))
  expect(statusesOf(answers)).toEqual([503])
  expect((await ask(node(0), 'GET', '/readyz')).status).toBe(200)
  for (const cookie of live) expect((await look(node(0), cookie)).status).toBe(200)
  await pair.standby.start()
  expect(await untilWritten()).toBeLessThan(WELL_WITHIN / 1000)
})
