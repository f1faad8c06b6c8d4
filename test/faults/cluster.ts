import { execFile } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freePort } from '../support/child-server.ts'
import { pause } from './visitor.ts'

const BINARIES = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin'
const run = promisify(execFile)

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/**
 * A PostgreSQL cluster in a directory and on a port of its own, which a test may break as it likes.
 * @param options settings of the server, such as `max_connections=20`
 * @param origin to be the streaming standby of another cluster
 */
export async function startCluster(options: string[] = [], origin?: { port: number }) {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-cluster-'))
  const data = path.join(directory, 'data')
  const owner = await ownerOf(directory)
  const port = await freePort()
  const program = (name: string, ...args: string[]) =>
    run(path.join(BINARIES, name), args, { ...owner, cwd: directory })

  if (origin)
    await program(
      'pg_basebackup',
      '-h',
      '127.0.0.1',
      '-p',
      `${origin.port}`,
      '-U',
      'postgres',
      '-D',
      data,
      '-R',
      '-c',
      'fast',
    )
  else await program('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8')

  async function start() {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${directory}`,
      'fsync=off',
      ...options,
    ]
    const log = path.join(directory, 'log')
    await program('pg_ctl', '-D', data, '-l', log, '-w', '-o', settings.map(each => `-c ${each}`).join(' '), 'start')
  }

  const stop = (mode: 'fast' | 'immediate') => program('pg_ctl', '-D', data, '-w', '-m', mode, 'stop')

  async function sql(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url(database), application_name: 'the test' })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  const url = (database: string, through = port) => `postgres://postgres@127.0.0.1:${through}/${database}`

  async function remove() {
    await stop('immediate').catch(() => {})
    await rm(directory, { recursive: true, force: true })
  }

  await start()
  return { port, url, sql, start, stop, promote: () => program('pg_ctl', '-D', data, '-w', 'promote'), remove }
}

export type Pair = Awaited<ReturnType<typeof startPair>>

/** A primary with this database, and a standby that holds each commit before it is answered. */
export async function startPair(database: string) {
  const primary = await startCluster(['max_connections=60'])
  await primary.sql(`CREATE DATABASE ${database}`)
  const standby = await startCluster(['max_connections=60'], primary)
  await primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
  await primary.sql('SELECT pg_reload_conf()')
  while ((await primary.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")).length === 0)
    await pause(50)
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`)
  return {
    primary,
    standby,
    url: `postgres://postgres@${hosts.join(',')}/${database}?target_session_attrs=read-write`,
    remove: () => Promise.all([primary.remove(), standby.remove()]),
  }
}

/** PostgreSQL does not run as root, so a test that does hands the cluster to the user `postgres`. */
async function ownerOf(directory: string) {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async flag => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  await chown(directory, uid ?? 0, gid ?? 0)
  return { uid, gid }
}
