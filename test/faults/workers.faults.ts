import { readFile, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { createDatabase, type TestDatabase } from '../support/harness.ts'
import { type Answer, ask, createVisitors, FOR_VISITORS, pause, register, signIn } from './visitor.ts'

const SETTINGS = {
  ...FOR_VISITORS,
  WORKERS: '2',
  SHUTDOWN_DELAY: '1s',
}

let database: TestDatabase
let server: ChildServer
const { keepAsking, leave } = createVisitors()
afterEach(async () => {
  await leave()
  await server.close()
  await database.drop()
})

async function start(settings: Record<string, string> = {}) {
  database = await createDatabase()
  server = await startChild({ DATABASE_URL: database.url, ...SETTINGS, ...settings })
  await server.printed(/2 workers are serving/)
}

/** @returns the process ids of the workers */
async function workers(): Promise<number[]> {
  const { pid } = server.child
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.split(' ').filter(Boolean).map(Number)
}

async function untilWorkersAre(wanted: (pids: number[]) => boolean): Promise<number[]> {
  for (const giveUp = Date.now() + 30_000; Date.now() < giveUp; await pause(50)) {
    const pids = await workers()
    if (wanted(pids)) return pids
  }
  throw new Error(`the workers stay ${await workers()}`)
}

/** A process that ended may wait for its parent to take notice. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return status !== '' && !/^State:\s+Z/m.test(status)
}

/** Asks on a connection of its own, or on one that it keeps. */
function lookOn(agent: Agent | false, cookie: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(`${server.url}/auth/session`, { agent, headers: { cookie } })
      .on('error', reject)
      .on('response', response => {
        response.resume().on('end', () => resolve({ ...NOTHING, status: response.statusCode ?? 0 }))
      })
      .end()
  })
}
const NOTHING = { path: '', status: 0, ms: 0, retryAfter: null, detail: '', cookie: '' }

const failed = (answers: Answer[]) => answers.filter(({ status }) => status !== 200)

describe('two workers', () => {
  test('share the sessions: what one signs in and out, the other knows', async () => {
    await start()
    await register(server)
    const { cookie } = await signIn(server)
    const looks = () => Promise.all(Array.from({ length: 20 }, () => lookOn(false, cookie)))
    expect(failed(await looks())).toEqual([])
    await ask(server, 'POST', '/auth/logout', { cookie })
    await pause(500)
    expect((await looks()).map(({ status }) => status)).toEqual(Array(20).fill(401))
    expect(server.output.stdout.match(/first administrator/g)).toHaveLength(1)
    expect(server.output.stdout.match(/Listening on/g)).toHaveLength(1)
  })

  test('SIGHUP replaces both with new settings and loses no request, on new and on kept connections', async () => {
    await start()
    await register(server)
    const { cookie } = await signIn(server)
    const agent = new Agent({ keepAlive: true })
    const stops = [keepAsking(() => lookOn(false, cookie), 20), keepAsking(() => lookOn(agent, cookie), 20)]
    const before = await workers()
    server.child.kill('SIGHUP')
    const after = await untilWorkersAre(pids => pids.length === 2 && !pids.some(pid => before.includes(pid)))
    await pause(500)
    const answers = (await Promise.all(stops.map(stop => stop()))).flat()
    agent.destroy()
    expect(after).toHaveLength(2)
    expect(answers.length).toBeGreaterThan(200)
    expect(failed(answers)).toEqual([])
  })

  test('a worker that is killed while its successor starts has no second one', async () => {
    await start()
    const before = await workers()
    server.child.kill('SIGHUP')
    await untilWorkersAre(pids => pids.length === 3)
    process.kill(before[0] ?? 0, 'SIGKILL')
    await untilWorkersAre(pids => pids.length === 2 && !pids.some(pid => before.includes(pid)))
    await pause(3000)
    expect(await workers()).toHaveLength(2)
  })

  test('a killed worker is replaced; only its own open requests are lost, and sign-ins go on', async () => {
    await start()
    await register(server)
    const { cookie } = await signIn(server)
    const stop = keepAsking(() => lookOn(false, cookie), 20)
    const [first = 0, second] = await workers()
    await pause(500)
    process.kill(first, 'SIGKILL')
    expect((await lookOn(false, cookie)).status).toBe(200)
    // The connections to it are noticed to be closed.
    await pause(100)
    expect((await signIn(server)).status).toBe(200)
    const pids = await untilWorkersAre(found => found.length === 2 && !found.includes(first))
    expect(pids).toContain(second)
    await server.printed(/a worker exited and is replaced/)
    await pause(1000)
    const answers = await stop()
    // The worker may have read as many requests as there are visitors.
    expect(failed(answers).length).toBeLessThanOrEqual(20)
    expect(answers.slice(-20).map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  test('SIGTERM answers what is in flight, and no process stays', async () => {
    await start({ BCRYPT_COST: '12' })
    await register(server)
    const pids = await workers()
    const signIns = Array.from({ length: 4 }, () => signIn(server))
    await pause(100)
    server.child.kill('SIGTERM')
    server.child.kill('SIGTERM')
    expect((await Promise.all(signIns)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await server.exited).toBe(0)
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false])
  })

  test('the workers stop with a killed supervisor', async () => {
    await start()
    const pids = await workers()
    server.child.kill('SIGKILL')
    await server.exited
    await pause(500)
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false])
  })

  test('a start that fails ends the supervisor with the reason', async () => {
    await start()
    const { port } = server
    const second = await startChild({ DATABASE_URL: database.url, ...SETTINGS, PORT: String(port) })
    expect(await second.exited).toBe(1)
    expect(second.output.stderr).toContain(`Port ${port} on 127.0.0.1 is taken.`)
    await second.close()
  })

  test('a reload with a faulty setting keeps the workers that serve', async () => {
    await start()
    const before = await workers()
    await writeFile(`${server.directory}/.env.test`, 'SESSION_CACHE=many\n')
    server.child.kill('SIGHUP')
    await server.printed(/SIGHUP: replacing/)
    await pause(3000)
    expect(await workers()).toEqual(before)
    expect(server.output.stderr).toContain('SESSION_CACHE')
  })
})
