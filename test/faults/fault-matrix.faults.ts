import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import sqlite3 from 'sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../src/durations.ts'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { startRelay } from './relay.ts'
import { ask, FOR_VISITORS, pause, register, signIn } from './visitor.ts'

const PAGE = path.resolve(import.meta.dirname, '../../docs/operations.md')
/** Past what a cache may answer. */
const CACHED_AT_MOST = seconds(3)

/** A row of the table below "What each request gets": what is broken, then a status for each kind of request. */
const rows = tableBelow('## What each request gets', await readFile(PAGE, 'utf8'))

let cluster: Cluster
let server: ChildServer
const undo: (() => unknown)[] = []
beforeAll(async () => {
  cluster = await startCluster()
})
afterEach(async () => {
  await server?.close()
  for (const step of undo.splice(0).toReversed()) await step()
})
afterAll(() => cluster.remove())

let databases = 0

async function onPostgres() {
  const database = `latchkey_${++databases}`
  await cluster.sql(`CREATE DATABASE ${database}`)
  const relay = await startRelay(cluster.port)
  undo.push(() => relay.close())
  await start({ DATABASE_URL: cluster.url(database, relay.port) })
  return { database, relay }
}

async function start(settings: Record<string, string>) {
  server = await startChild({ ...FOR_VISITORS, ...settings })
  await server.printed(/Listening on/)
}

const onSqlite = () => start({ DATABASE_URL: 'sqlite:latchkey.sqlite' })
const sqliteFile = () => path.join(server.directory, 'latchkey.sqlite')

/** Starts a server, and returns what breaks it. */
const FAULTS: Record<string, () => Promise<() => Promise<unknown> | unknown>> = {
  nothing: async () => {
    await onSqlite()
    return () => {}
  },
  'PostgreSQL is stopped': async () => {
    await onPostgres()
    undo.push(() => cluster.start())
    return () => cluster.stop('fast')
  },
  'PostgreSQL is silent': async () => {
    const { relay } = await onPostgres()
    return () => relay.swallow({ newOnesWork: false })
  },
  'PostgreSQL is read-only': async () => {
    const { database } = await onPostgres()
    const kick = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`
    return () => cluster.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on; ${kick}`)
  },
  'the SQLite file is locked by another process': async () => {
    await onSqlite()
    return () => {
      const other = new sqlite3.Database(sqliteFile())
      undo.push(() => new Promise<void>(resolve => other.close(() => resolve())))
      return new Promise<void>(resolve => other.run('BEGIN IMMEDIATE', () => resolve()))
    }
  },
  'the SQLite file is deleted': async () => {
    await onSqlite()
    return () => rm(sqliteFile())
  },
}

/** In the order of the columns. */
async function statuses(cookie: string, authorization: string): Promise<string> {
  const answers = await Promise.all([
    ask(server, 'GET', '/'),
    ask(server, 'GET', '/healthz'),
    ask(server, 'GET', '/readyz'),
    ask(server, 'GET', '/auth/session'),
    ask(server, 'GET', '/auth/session', { cookie }),
    ask(server, 'GET', '/auth/sessions', { cookie }),
    ask(server, 'GET', '/api/v1/me', { authorization }),
    signIn(server),
    ask(server, 'PATCH', '/auth/profile', { cookie, body: { name: 'Ada L.' } }),
  ])
  return answers.map(({ status }) => status).join(' ')
}

describe('what each request gets', () => {
  test('the page and this file name the same faults', () => {
    expect(rows.map(([fault]) => fault)).toEqual(Object.keys(FAULTS))
  })

  test.each(rows)(
    '%s: %s',
    async (fault, expected) => {
      const breakIt = await FAULTS[fault]?.()
      await register(server)
      const { cookie } = await signIn(server)
      const authorization = `Bearer ${await tokenOf(cookie)}`
      await breakIt?.()
      await pause(CACHED_AT_MOST)
      expect(await statuses(cookie, authorization)).toBe(expected)
    },
    minutes(2),
  )
})

async function tokenOf(cookie: string): Promise<string> {
  const response = await fetch(`${server.url}/auth/tokens`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ name: 'test', expiresInDays: 1, scopes: [] }),
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { token: string }).token
}

/** @returns fault and statuses of each row */
function tableBelow(heading: string, page: string): [string, string][] {
  const [, section = ''] = page.split(`${heading}\n`)
  const [own = ''] = section.split(/^#/m)
  const lines = own.split('\n').filter(line => line.startsWith('| '))
  return lines.slice(2).map(line => {
    const [fault = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
    return [fault, cells.join(' ')]
  })
}
