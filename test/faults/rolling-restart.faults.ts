import { afterAll, beforeAll, expect, test } from 'vitest'
import { seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { databaseOf, POSTGRES_URL, type TestDatabase } from '../support/database.ts'
import { type Balancer, BEHIND_BALANCER, balance } from './balancer.ts'
import { ask, createVisitors, FOR_VISITORS, lookInTurn, pause, register, signInMany, untilWell } from './visitor.ts'

const CLIENTS = 500
let database: TestDatabase
let balancer: Balancer
const nodes: ChildServer[] = []
const { keepAsking, leave } = createVisitors()

beforeAll(async () => {
  database = await databaseOf({ TEST_DATABASE: 'postgres', TEST_DATABASE_URL: POSTGRES_URL })
  for (let count = 0; count < 2; count++) nodes.push(await startNode())
  balancer = await balance(nodes.map(({ port }) => port))
})
afterAll(async () => {
  await leave()
  await balancer?.close()
  for (const node of nodes) await node.close()
  await database?.drop()
})

async function startNode(port?: number): Promise<ChildServer> {
  const settings = {
    ...FOR_VISITORS,
    ...BEHIND_BALANCER,
    DATABASE_URL: database.url,
    ...(port && { PORT: String(port) }),
  }
  const node = await startChild(settings)
  await node.printed(/Listening on/)
  return node
}

async function restart(node: ChildServer): Promise<void> {
  node.child.kill('SIGTERM')
  expect(await node.exited).toBe(0)
  const port = Number(new URL(node.url).port)
  nodes.push(await startNode(port))
  await untilWell(() => ask({ url: `http://127.0.0.1:${port}` }, 'GET', '/readyz'))
}

test(
  'two nodes behind HAProxy restart one after the other: no request fails, and nobody is signed out',
  async () => {
    await register(balancer)
    const cookies = await signInMany(balancer, CLIENTS)
    const stop = keepAsking(lookInTurn(balancer, cookies), 50)
    for (const node of [...nodes]) {
      await pause(1000)
      await restart(node)
    }
    await pause(1000)
    const answers = await stop()
    expect(answers.length).toBeGreaterThan(2 * CLIENTS)
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  },
  seconds(300),
)
