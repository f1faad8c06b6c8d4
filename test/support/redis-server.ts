import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from 'redis'
import { seconds } from '../../src/durations.ts'
import { freePort } from './child-server.ts'

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>

/** A Redis of the test's own, which it may stop. It keeps nothing on disk. @param port to start again where one was */
export async function startRedisServer({ port, replicaOf }: { port?: number; replicaOf?: number } = {}) {
  const taken = port ?? (await freePort())
  const replica = replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', String(replicaOf)]
  const child = spawn('redis-server', ['--port', String(taken), '--save', '', '--dir', tmpdir(), ...replica])
  await printed(child, /Ready to accept connections/)
  return { port: taken, url: `redis://127.0.0.1:${taken}`, ...controls(child) }
}

/** Watches the server at this port as `latchkey-test`; a server that is silent for a second is replaced. */
export async function startSentinel(master: number) {
  const port = await freePort()
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-sentinel-'))
  const file = path.join(directory, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    `sentinel monitor latchkey-test 127.0.0.1 ${master} 1`,
    'sentinel down-after-milliseconds latchkey-test 1000',
    'sentinel failover-timeout latchkey-test 5000',
  ]
  await writeFile(file, lines.join('\n'))
  const child = spawn('redis-server', [file, '--sentinel'])
  await printed(child, /\+monitor master/)
  const { kill } = controls(child)
  async function close() {
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  return { port, close }
}

function controls(child: ChildProcess) {
  const exited = once(child, 'exit')
  async function kill() {
    child.kill('SIGKILL')
    await exited
  }
  return { kill, pause: () => child.kill('SIGSTOP'), resume: () => child.kill('SIGCONT') }
}

async function printed(child: ChildProcess, pattern: RegExp) {
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.stdout?.setEncoding('utf8').on('data', text => {
    output += text
    if (pattern.test(output)) resolve()
  })
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`redis-server ended: ${output}`)))
  await promise
}

/** Everything under this prefix: strings with what they hold, and ms until each key goes. */
export async function contentsOfRedis(url: string, prefix: string) {
  const client = await createClient({ url }).connect()
  try {
    const keys = await client.keys(`${prefix}*`)
    return await Promise.all(
      keys.map(async key => ({ key, value: await client.get(key), goesIn: await client.pTTL(key) })),
    )
  } finally {
    await client.close()
  }
}

export async function writeToRedis(url: string, key: string, value: string) {
  const client = await createClient({ url }).connect()
  await client.set(key, value, { expiration: { type: 'EX', value: 3600 } })
  await client.close()
}

/** Waits until a replica has everything that the master has now. */
export async function replicated(url: string) {
  const client = await createClient({ url }).connect()
  await client.set('latchkey-test:replicated', '1')
  const replicas = await client.wait(1, seconds(20))
  await client.close()
  if (replicas !== 1) throw new Error('no replica has what the master has')
}
