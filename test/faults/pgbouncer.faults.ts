import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, startChild } from '../support/child-server.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { look, pause, register, signIn } from './visitor.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
  await cluster.sql('CREATE DATABASE latchkey')
})
afterAll(() => cluster.remove())

// CI installs it, so there its absence is a failure.
const mayRun = process.env.CI === 'true' || spawnSync('pgbouncer', ['-V']).status === 0

describe.runIf(mayRun)('behind pgbouncer', () => {
  test.each([
    ['always the same connection of the server', ''],
    ['another in turn', 'server_round_robin = 1\nmin_pool_size = 3'],
  ])('in transaction mode the server refuses to start, in one line: %s', async (_which, more) => {
    const pooler = await startPooler(`pool_mode = transaction\n${more}`)
    const server = await startChild({ DATABASE_URL: cluster.url('latchkey', pooler.port) })
    try {
      expect(await server.exited).toBe(1)
      expect(server.output.stderr.trim().split('\n')).toEqual([expect.stringContaining('pool_mode = session')])
    } finally {
      await server.close()
      await pooler.close()
    }
  })

  test('in session mode it works', async () => {
    const pooler = await startPooler('pool_mode = session')
    const server = await startChild({ DATABASE_URL: cluster.url('latchkey', pooler.port) })
    try {
      await server.printed(/first administrator/)
      await register(server)
      expect((await look(server, (await signIn(server)).cookie)).status).toBe(200)
    } finally {
      await server.close()
      await pooler.close()
    }
  })
})

/** pgbouncer before the cluster, with these settings. */
async function startPooler(settings: string) {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-pooler-'))
  const port = await freePort()
  const file = path.join(directory, 'pgbouncer.ini')
  const pooled = `[databases]\nlatchkey = host=127.0.0.1 port=${cluster.port} user=postgres\n`
  const own = `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\n${settings}\n`
  await writeFile(file, pooled + own)
  // It does not run as root either.
  await chmod(directory, 0o755)
  const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
  const child = spawn('pgbouncer', ['-q', ...user, file], { stdio: 'ignore' })
  while (!(await answers(port))) await pause(50)
  return {
    port,
    async close() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function answers(port: number) {
  return new Promise<boolean>(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
