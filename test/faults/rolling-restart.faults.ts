import { spawn } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChildServer, freePort, startChild } from '../support/child-server.ts'
import { databaseOf, POSTGRES_URL, type TestDatabase } from '../support/database.ts'
import { running } from '../support/proxies.ts'
import { ask, createVisitors, FOR_VISITORS, pause, register, signIn, untilWell } from './visitor.ts'

const CLIENTS = 500
const PAGE = path.resolve(import.meta.dirname, '../../docs/scaling.md')

const SETTINGS = {
  ...FOR_VISITORS,
  BASE_URL: 'http://localhost',
  TRUST_PROXY: 'loopback',
  // As documented: longer than HAProxy's checks take to notice the stop.
  SHUTDOWN_DELAY: '8s',
}

let database: TestDatabase
let balancer: Awaited<ReturnType<typeof running>> & { url: string }
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
  const settings = { ...SETTINGS, DATABASE_URL: database.url, ...(port && { PORT: String(port) }) }
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

/** HAProxy with the block of docs/scaling.md; only addresses and TLS differ. */
async function balance([first = 0, second = 0]: number[]) {
  const block = /```haproxy\n([\s\S]*?)```/.exec(await readFile(PAGE, 'utf8'))?.[1] ?? ''
  const port = await freePort()
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-balancer-'))
  const file = path.join(directory, 'haproxy.cfg')
  await writeFile(
    file,
    block
      .replace(/bind .*/, `bind 127.0.0.1:${port}`)
      .replace('10.0.0.11:3000', `127.0.0.1:${first}`)
      .replace('10.0.0.12:3000', `127.0.0.1:${second}`)
      .replace('X-Forwarded-Proto https', 'X-Forwarded-Proto http'),
  )
  const child = spawn('haproxy', ['-db', '-f', file], { cwd: directory })
  return { ...(await running(child, port, directory)), url: `http://127.0.0.1:${port}` }
}

test('two nodes behind HAProxy restart one after the other: no request fails, and nobody is signed out', async () => {
  await register(balancer)
  const cookies: string[] = []
  while (cookies.length < CLIENTS)
    cookies.push(...(await Promise.all(Array.from({ length: 20 }, () => signIn(balancer)))).map(({ cookie }) => cookie))
  let next = 0
  const stop = keepAsking(
    () =>
      ask(balancer, 'GET', next % 2 ? '/auth/session' : '/auth/profile', { cookie: cookies[next++ % CLIENTS] ?? '' }),
    50,
  )
  for (const node of [...nodes]) {
    await pause(1000)
    await restart(node)
  }
  await pause(1000)
  const answers = await stop()
  expect(answers.length).toBeGreaterThan(2 * CLIENTS)
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
})
