import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { databaseOf, POSTGRES_URL, type TestDatabase } from '../support/database.ts'
import { checkOutFormerRelease, type FormerRelease } from '../support/former-release.ts'
import { type Balancer, BEHIND_BALANCER, balance } from './balancer.ts'
import {
  type Answer,
  ask,
  createVisitors,
  FOR_VISITORS,
  lookInTurn,
  pause,
  register,
  signIn,
  signInMany,
  untilWell,
} from './visitor.ts'

const CLIENTS = 500

let database: TestDatabase
let former: FormerRelease
let balancer: Balancer
const nodes: ChildServer[] = []
const { keepAsking, leave } = createVisitors()

beforeAll(async () => {
  former = await checkOutFormerRelease()
  database = await databaseOf({ TEST_DATABASE: 'postgres', TEST_DATABASE_URL: POSTGRES_URL })
  for (let count = 0; count < 2; count++) nodes.push(await startNode(former.server))
  balancer = await balance(nodes.map(({ port }) => port))
}, seconds(180))
afterAll(async () => {
  await leave()
  await balancer?.close()
  for (const node of nodes) await node.close()
  await database?.drop()
  await former?.remove()
})

/** @param release its entry file; the present code by default */
async function startNode(release?: string, port?: number): Promise<ChildServer> {
  const settings = { ...FOR_VISITORS, ...BEHIND_BALANCER, DATABASE_URL: database.url }
  const node = await startChild({ ...settings, ...(port && { PORT: String(port) }) }, release)
  await node.printed(/Listening on/)
  return node
}

/** Stops a node and starts this release in its place, when it is ready. */
async function replace(at: number, release?: string): Promise<void> {
  const node = nodes[at]
  if (!node) throw new Error('no node')
  node.child.kill('SIGTERM')
  expect(await node.exited).toBe(0)
  const port = portOf(node)
  nodes[at] = await startNode(release, port)
  await untilWell(() => ask({ url: `http://127.0.0.1:${port}` }, 'GET', '/readyz'))
  await pause(1000)
}

/** A replaced node listens where the first did. */
function portOf(node: ChildServer): number {
  return Number(/Listening on [^ ]*:(\d+)/.exec(node.output.stdout)?.[1])
}

async function migrations(): Promise<string[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>('SELECT "name" FROM "Migrations" ORDER BY "name"')
  await client.end()
  return rows.map(({ name }) => name)
}

const ready = (at: number) => ask({ url: `http://127.0.0.1:${portOf(nodes[at] as ChildServer)}` }, 'GET', '/readyz')

/** Signs in, writes and signs out: each request may meet the other release. */
async function visit(): Promise<Answer> {
  const { cookie, ...signedIn } = await signIn(balancer)
  if (signedIn.status !== 200) return { ...signedIn, cookie }
  const written = await ask(balancer, 'PATCH', '/auth/profile', { cookie, body: { name: 'Ada L.' } })
  return written.status === 200 ? await ask(balancer, 'POST', '/auth/logout', { cookie }) : written
}

test(
  'the former release and this one serve one database while nodes are upgraded, and after one goes back',
  async () => {
    await register(balancer)
    const cookies = await signInMany(balancer, CLIENTS)
    const before = await migrations()
    const looks = keepAsking(lookInTurn(balancer, cookies), 50)
    const visits = keepAsking(visit, 1)
    await replace(0)
    const applied = (await migrations()).slice(before.length)
    expect(applied).not.toEqual([])
    // The former release does not know the migration, and is ready all the same.
    expect((await ready(1)).status).toBe(200)
    await replace(1)
    await replace(0, former.server)
    const answers = [...(await looks()), ...(await visits())]
    process.stdout.write(
      `upgrade from ${former.commit.slice(0, 7)} with ${applied.join(', ')}: ${answers.length} requests\n`,
    )
    expect(answers.length).toBeGreaterThan(2 * CLIENTS)
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    for (const cookie of cookies) expect((await ask(balancer, 'GET', '/auth/session', { cookie })).status).toBe(200)
  },
  seconds(300),
)
