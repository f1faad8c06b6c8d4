import { createHook } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import sqlite3 from 'sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger, transports } from 'winston'
import { onlyServer } from '../../configs/database/primary.ts'
import { type Invalidation, type InvalidationChannel, openInProcessChannel } from '../../src/invalidation/channel.ts'
import { openInvalidationChannel } from '../../src/invalidation/open.ts'
import { pruneInvalidations } from '../../src/invalidation/sqlite-reader.ts'
import { POSTGRES_URL } from '../support/database.ts'

const EVERYTHING: Invalidation = { kind: 'everything' }
const session = (publicId: string): Invalidation => ({ kind: 'session', publicId })

type Heard = { channel: InvalidationChannel; changes: Invalidation[] }
type Elsewhere = { open(): Promise<InvalidationChannel>; commit(payload: string): Promise<void> }

const logged: string[] = []
const logger = createLogger({
  level: 'silly',
  transports: new transports.Stream({
    stream: new Writable({
      write(line, _encoding, done) {
        logged.push(`${line}`)
        done()
      },
    }),
  }),
})
const linesAbout = (part: string) => logged.filter(line => line.includes(part))

const opened: InvalidationChannel[] = []
function renewConnections() {}

async function hearing(opening: Promise<InvalidationChannel>): Promise<Heard> {
  const channel = await opening
  const changes: Invalidation[] = []
  opened.push(channel)
  channel.subscribe(change => void changes.push(change))
  return { channel, changes }
}

const isAlive = (channel: InvalidationChannel) => vi.waitFor(() => expect(channel.isAlive()).toBe(true), 30_000)

beforeEach(() => void logged.splice(0))
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(opened.splice(0).map(channel => channel.close()))
})

describe('in one process', () => {
  it('a listener that throws does not stop the others', async () => {
    const { channel } = await hearing(Promise.resolve(openInProcessChannel(logger)))
    const later: Invalidation[] = []
    channel.subscribe(() => {
      throw new Error('cache broken')
    })
    channel.subscribe(change => void later.push(change))

    channel.publish(session('a'))

    expect(later).toEqual([session('a')])
    expect(linesAbout('cache broken')).toHaveLength(1)
  })
})

/** What holds for every database. */
function sharedProperties(elsewhere: Elsewhere) {
  it('a change published here is heard before publish returns', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    channel.publish({ kind: 'user', userId: '7' })
    expect(changes).toEqual([{ kind: 'user', userId: '7' }])
  })

  it('a change committed elsewhere has been heard when sync resolves', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    for (const payload of ['session:abc', 'user:7', 'token:x1', 'keys', 'everything']) {
      const before = changes.length
      await elsewhere.commit(payload)
      await channel.sync()
      expect(changes).toHaveLength(before + 1)
    }
    const heard = [
      session('abc'),
      { kind: 'user', userId: '7' },
      { kind: 'token', id: 'x1' },
      { kind: 'keys' },
      EVERYTHING,
    ]
    expect(changes).toEqual(heard)
  })

  it('a change committed elsewhere is heard within the bound without being asked for', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    await elsewhere.commit('session:abc')
    await vi.waitFor(() => expect(changes).toEqual([session('abc')]), { timeout: channel.staleAtMost, interval: 5 })
  })

  it('1,000 changes are all heard, in the order of their commits', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    const ids = Array.from({ length: 1000 }, (_, index) => `s${index}`)
    for (const id of ids) await elsewhere.commit(`session:${id}`)
    await channel.sync()
    expect(changes).toEqual(ids.map(session))
  })

  it('each of many overlapping syncs covers every commit that came before it', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    const uncovered: string[] = []
    const syncs: Promise<void>[] = []
    for (let index = 0; index < 300; index += 1) {
      await elsewhere.commit(`session:s${index}`)
      const check = () => changes.some(change => change.kind === 'session' && change.publicId === `s${index}`)
      syncs.push(channel.sync().then(() => void (check() || uncovered.push(`s${index}`))))
    }
    await Promise.all(syncs)
    expect(uncovered).toEqual([])
  })

  it.each(['', 'session:', 'user: ', 'sessions:abc', 'session:a b', 'nonsense'])(
    'the malformed payload "%s" counts as everything and is warned of',
    async payload => {
      const { channel, changes } = await hearing(elsewhere.open())
      await elsewhere.commit(payload)
      await channel.sync()
      expect(changes).toEqual([EVERYTHING])
      expect(linesAbout('malformed')).toHaveLength(1)
    },
  )

  it('a process that was held up is not alive before it has looked again', async () => {
    const { channel } = await hearing(elsewhere.open())
    expect(channel.isAlive()).toBe(true)
    blockFor(channel.staleAtMost)
    expect(channel.isAlive()).toBe(false)
    await isAlive(channel)
  })

  it('a machine that slept is not alive before it has looked again', async () => {
    const { channel } = await hearing(elsewhere.open())
    const wallClock = vi.spyOn(Date, 'now')
    // The monotonic clock stands still while a machine sleeps.
    wallClock.mockReturnValue(Date.now() + channel.staleAtMost)
    expect(channel.isAlive()).toBe(false)
  })

  it('close leaves no timer behind', async () => {
    const timers = watchTimersOfOurs()
    const { channel } = await hearing(elsewhere.open())
    await channel.sync()
    expect(timers.running()).toBeGreaterThan(0)
    await channel.close()
    await vi.waitFor(() => expect(timers.running()).toBe(0))
    timers.stopWatching()
  })

  it('a closed channel is not alive, hears nothing, refuses to sync and closes again', async () => {
    const { channel, changes } = await hearing(elsewhere.open())
    await channel.close()
    await elsewhere.commit('session:abc')
    expect(channel.isAlive()).toBe(false)
    await expect(channel.sync()).rejects.toThrow()
    expect(changes).toEqual([])
    await channel.close()
  })
}

/** Counts the timers, unreferenced ones too, that the code under test has set and neither cleared nor let run out. */
function watchTimersOfOurs() {
  const running = new Set<number>()
  const hook = createHook({
    init(id, type) {
      if (type === 'Timeout' && new Error().stack?.includes('src/invalidation')) running.add(id)
    },
    destroy: id => void running.delete(id),
  }).enable()
  return { running: () => running.size, stopWatching: () => hook.disable() }
}

function blockFor(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe('on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-invalidation-'))
  let path: string
  let writer: sqlite3.Database

  const write = (sql: string, ...params: unknown[]) =>
    new Promise<number>((resolve, reject) => {
      writer.run(sql, params, function (error) {
        if (error) reject(error)
        else resolve(this.changes)
      })
    })
  const commit = (payload: string) =>
    write('INSERT INTO Invalidations (payload) VALUES (?)', payload).then(() => undefined)
  const open = () =>
    openInvalidationChannel({ dialect: 'sqlite', path, primary: onlyServer(''), renewConnections }, undefined, logger)

  async function createFile(): Promise<void> {
    path = join(folder, `${randomUUID()}.sqlite`)
    writer = new sqlite3.Database(path)
    await write('PRAGMA journal_mode = WAL')
    await write('PRAGMA synchronous = OFF')
    await createTable()
  }

  const createTable = () =>
    write(`CREATE TABLE Invalidations (
      id INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL, createdAt TEXT DEFAULT CURRENT_TIMESTAMP)`)

  beforeEach(createFile)
  afterEach(() => new Promise<void>(resolve => writer.close(() => resolve())))
  afterAll(() => rmSync(folder, { recursive: true }))

  sharedProperties({ open, commit })

  it('a change committed by another process has been heard when sync resolves', async () => {
    const { channel, changes } = await hearing(open())
    const script = `new (require('sqlite3').Database)(${JSON.stringify(path)})
      .run("INSERT INTO Invalidations (payload) VALUES ('session:abc')")`
    expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0)
    await channel.sync()
    expect(changes).toEqual([session('abc')])
  })

  it('what was committed before the channel opened is not heard', async () => {
    await commit('session:old')
    const { channel, changes } = await hearing(open())
    await channel.sync()
    expect(changes).toEqual([])
  })

  it.each([
    ['all rows', 'DELETE FROM Invalidations'],
    ['the oldest of them', 'DELETE FROM Invalidations WHERE id = 2'],
    ['one in the middle', 'DELETE FROM Invalidations WHERE id = 3'],
  ])('rows that were pruned unread (%s) count as everything, once', async (_which, prune) => {
    await commit('session:1')
    const { channel, changes } = await hearing(open())
    await write('BEGIN')
    for (const id of ['2', '3', '4']) await commit(`session:${id}`)
    await write(prune)
    await write('COMMIT')
    await channel.sync()
    await channel.sync()
    expect(changes).toEqual([EVERYTHING])
  })

  it('more rows than can be told one by one count as everything', async () => {
    const { channel, changes } = await hearing(open())
    await write(`WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 10001)
      INSERT INTO Invalidations (payload) SELECT 'session:' || n FROM count`)
    await channel.sync()
    await commit('session:next')
    await channel.sync()
    expect(changes).toEqual([EVERYTHING, session('next')])
  })

  it('a table that cannot be read makes it not alive at once, counts as everything, and it recovers', async () => {
    const { channel, changes } = await hearing(open())
    await write('ALTER TABLE Invalidations RENAME TO Hidden')
    await expect(channel.sync()).rejects.toThrow('no such table')
    expect(channel.isAlive()).toBe(false)
    expect(changes).toEqual([EVERYTHING])
    await sleep(350)
    await write('ALTER TABLE Hidden RENAME TO Invalidations')
    await isAlive(channel)
    expect(changes).toEqual([EVERYTHING, EVERYTHING])
    await commit('session:abc')
    await channel.sync()
    expect(changes.slice(2)).toEqual([session('abc')])
    expect(linesAbout('is lost')).toHaveLength(1)
    expect(linesAbout('is back')).toHaveLength(1)
  })

  it('a file that is not there yet opens a channel that comes alive with it', async () => {
    const away = `${path}.away`
    renameSync(path, away)
    const { channel } = await hearing(open())
    expect(channel.isAlive()).toBe(false)
    renameSync(away, path)
    await isAlive(channel)
  })

  it.runIf(process.platform === 'linux')('close leaves no file open, and no timer that opens it again', async () => {
    const { channel } = await hearing(open())
    const before = openFiles(path).length
    await channel.close()
    await sleep(250)
    expect(openFiles(path).length).toBeLessThan(before)
    expect(logged).toEqual([])
  })

  it('pruning drops rows over an hour old, at most so many at once, and keeps the newest', async () => {
    const insert = "INSERT INTO Invalidations (payload, createdAt) VALUES ('everything', strftime(?, 'now', ?))"
    for (const age of ['-3 hours', '-2 hours', '-61 minutes']) await write(insert, '%Y-%m-%d %H:%M:%f +00:00', age)
    await write(insert, '%Y-%m-%d %H:%M:%f +00:00', '-59 minutes')
    await write(insert, '%Y-%m-%d %H:%M:%f +00:00', '-1 minutes')
    expect(await write(pruneInvalidations, 2)).toBe(2)
    expect(await write(pruneInvalidations, 2)).toBe(1)
    expect(await write(pruneInvalidations, 2)).toBe(0)
    await write("UPDATE Invalidations SET createdAt = '2000-01-01 00:00:00'")
    expect(await write(pruneInvalidations, 2)).toBe(1)
    expect(await write(pruneInvalidations, 2)).toBe(0)
  })
})

function openFiles(path: string): string[] {
  return readdirSync('/proc/self/fd').filter(fd => targetOf(`/proc/self/fd/${fd}`).startsWith(path))
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}

async function whyUnreachable(): Promise<string | undefined> {
  const client = new Client({ connectionString: POSTGRES_URL, connectionTimeoutMillis: 3000 })
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    return String(error)
  }
}

const unreachable = await whyUnreachable()
if (unreachable) process.stderr.write(`invalidation on PostgreSQL: no server at TEST_DATABASE_URL (${unreachable})\n`)

describe.skipIf(unreachable && process.env.CI !== 'true')('on PostgreSQL', () => {
  // Notifications reach every listener of a database, so this suite has one of its own.
  const database = `latchkey_invalidation_${randomUUID().slice(0, 8)}`
  const url = new URL(POSTGRES_URL)
  url.pathname = database
  const connectionString = url.href
  const admin = new Client({ connectionString: POSTGRES_URL })
  let other: Client
  const proxies: Proxy[] = []

  const open = (through = connectionString) =>
    openInvalidationChannel(
      { dialect: 'postgres', path: '', primary: onlyServer(through), renewConnections },
      undefined,
      logger,
    )
  async function commit(payload: string) {
    await other.query("SELECT pg_notify('latchkey_invalidation', $1)", [payload])
  }
  async function backends() {
    const found = await admin.query(
      "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = 'latchkey invalidation'",
      [database],
    )
    return found.rows.map(row => Number(row.pid))
  }
  async function proxied() {
    const proxy = await startProxy(url)
    proxies.push(proxy)
    return proxy
  }

  beforeAll(async () => {
    await admin.connect()
    await admin.query(`CREATE DATABASE ${database} TEMPLATE template0`)
    other = new Client({ connectionString })
    await other.connect()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(channel => channel.close()))
    await Promise.all(proxies.splice(0).map(proxy => proxy.stop()))
  })
  afterAll(async () => {
    await other.end()
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await admin.end()
  })

  sharedProperties({ open, commit })

  it('changes of several writers have been heard when sync resolves', async () => {
    const { channel, changes } = await hearing(open())
    const writers = await Promise.all([1, 2, 3, 4].map(() => new Client({ connectionString }).connect()))
    const committed = new Set<string>()
    const missed: string[] = []
    async function write(writer: Client, name: number) {
      for (let index = 0; index < 100; index += 1) {
        await writer.query("SELECT pg_notify('latchkey_invalidation', $1)", [`session:${name}-${index}`])
        committed.add(`${name}-${index}`)
      }
    }
    async function watch() {
      while (committed.size < 400) {
        await nextTurn()
        const due = [...committed]
        await channel.sync()
        const heard = new Set(changes.map(change => (change.kind === 'session' ? change.publicId : '')))
        missed.push(...due.filter(id => !heard.has(id)))
      }
    }
    await Promise.all([watch(), ...writers.map(write)])
    await Promise.all(writers.map(writer => writer.end()))
    expect(missed).toEqual([])
    await channel.sync()
    expect(changes).toHaveLength(400)
  })

  it('heartbeats of other processes are not changes', async () => {
    const { channel, changes } = await hearing(open())
    await commit('sync:someone-else:1')
    await commit('sync:')
    await channel.sync()
    expect(changes).toEqual([])
    expect(logged).toEqual([])
  })

  it('heartbeats of other processes are not signs of life', async () => {
    const proxy = await proxied()
    const { channel } = await hearing(open(proxy.connectionString))
    proxy.swallowNotifications(payload => !payload.includes('someone-else'))
    const answered = vi.fn()
    channel.sync().then(answered, () => undefined)
    await commit('sync:someone-else:1')
    await sleep(100)
    expect(answered).not.toHaveBeenCalled()
  })

  it('an idle channel stays alive', async () => {
    const { channel } = await hearing(open())
    const end = performance.now() + channel.staleAtMost + 500
    while (performance.now() < end) {
      expect(channel.isAlive()).toBe(true)
      await sleep(20)
    }
  })

  it('a killed backend makes it not alive at once, counts as everything, and it recovers', async () => {
    const { channel, changes } = await hearing(open())
    const [backend] = await backends()
    const aliveWhenTold: boolean[] = []
    channel.subscribe(() => aliveWhenTold.push(channel.isAlive()))

    await admin.query('SELECT pg_terminate_backend($1)', [backend])
    // Long before the next heartbeat would notice.
    await vi.waitFor(() => expect(changes).toEqual([EVERYTHING]), { interval: 1, timeout: 250 })
    expect(channel.isAlive()).toBe(false)
    await expect(channel.sync()).rejects.toThrow()
    await commit('session:unheard')
    await isAlive(channel)

    expect(changes).toEqual([EVERYTHING, EVERYTHING])
    expect(aliveWhenTold).toEqual([false, false])
    await commit('session:abc')
    await channel.sync()
    expect(changes.slice(2)).toEqual([session('abc')])
    expect(linesAbout('is lost')).toHaveLength(1)
    expect(linesAbout('is back')).toHaveLength(1)
  })

  it('a server that hangs up without a word makes it not alive at once, and it recovers', async () => {
    const proxy = await proxied()
    const { channel, changes } = await hearing(open(proxy.connectionString))
    proxy.hangUp()
    // Long before the next heartbeat would notice.
    await vi.waitFor(() => expect(changes).toEqual([EVERYTHING]), { interval: 1, timeout: 250 })
    expect(channel.isAlive()).toBe(false)
    await isAlive(channel)
  })

  it('a server that cannot be reached is tried ever less often, warned of once, and found again', async () => {
    const proxy = await proxied()
    proxy.refuse()
    const { channel } = await hearing(open(proxy.connectionString))
    expect(channel.isAlive()).toBe(false)
    await sleep(1500)
    expect(proxy.refused()).toBeGreaterThanOrEqual(3)
    expect(proxy.refused()).toBeLessThanOrEqual(6)
    expect(linesAbout('is lost')).toHaveLength(1)
    proxy.admit()
    await isAlive(channel)
  })

  it('a connection that silently died stops being alive within the bound, and is replaced', async () => {
    const proxy = await proxied()
    const { channel, changes } = await hearing(open(proxy.connectionString))
    await channel.sync()
    proxy.freeze()
    const frozenAt = performance.now()
    await commit('session:unheard')
    // A timer may fire a fraction of a millisecond early.
    await sleep(frozenAt + channel.staleAtMost + 1 - performance.now())
    expect(channel.isAlive()).toBe(false)

    await vi.waitFor(() => expect(changes).toEqual([EVERYTHING]), { timeout: 1500 })
    proxy.admit()
    await isAlive(channel)
    expect(changes).toEqual([EVERYTHING, EVERYTHING])
    await commit('session:abc')
    await channel.sync()
    expect(changes.slice(2)).toEqual([session('abc')])
  })

  it('a sync that is never answered is rejected', async () => {
    const proxy = await proxied()
    const { channel } = await hearing(open(proxy.connectionString))
    proxy.freeze()
    await expect(channel.sync()).rejects.toThrow()
  })

  it('a process that was held up does not take a healthy connection for dead', async () => {
    const { channel, changes } = await hearing(open())
    const answered = channel.sync()
    blockFor(channel.staleAtMost + 100)
    await answered
    await nextTurn()
    expect(changes).toEqual([])
    expect(logged).toEqual([])
  })

  it('a server that accepts LISTEN but delivers nothing (a transaction pooler) never counts as alive', async () => {
    const proxy = await proxied()
    proxy.swallowNotifications(() => true)
    const { channel } = await hearing(open(proxy.connectionString))
    expect(channel.isAlive()).toBe(false)
    expect(linesAbout('is lost')).toHaveLength(1)
  })

  it('a connection string that cannot be read refuses to open', async () => {
    await expect(open('postgres://[')).rejects.toThrow()
  })

  it('close ends the backend and its heartbeats', async () => {
    const { channel } = await hearing(open())
    // Those of the tests before may take a moment to end.
    await vi.waitFor(async () => expect(await backends()).toHaveLength(1))
    await channel.close()
    await vi.waitFor(async () => expect(await backends()).toHaveLength(0))
    await sleep(700)
    expect(await backends()).toHaveLength(0)
    expect(logged).toEqual([])
  })

  it('close while reconnecting ends the attempts', async () => {
    const proxy = await proxied()
    proxy.refuse()
    const { channel } = await hearing(open(proxy.connectionString))
    await channel.close()
    const refused = proxy.refused()
    await sleep(600)
    expect(proxy.refused()).toBe(refused)
  })

  it('close of a connection that silently died takes no longer than a second', async () => {
    const proxy = await proxied()
    const { channel } = await hearing(open(proxy.connectionString))
    proxy.freeze()
    const startedAt = performance.now()
    await channel.close()
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  it('a program that closes its channel ends by itself', () => {
    const script = `
      import { createLogger } from 'winston'
      import { onlyServer } from '${new URL('../../configs/database/primary.ts', import.meta.url)}'
      import { openPostgresChannel } from '${new URL('../../src/invalidation/postgres.ts', import.meta.url)}'
      const channel = await openPostgresChannel({ primary: onlyServer('${connectionString}'), logger: createLogger({ silent: true }), onLost: () => {} })
      await channel.sync()
      await channel.close()`
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 })
    expect({ status: ended.status, stderr: `${ended.stderr}` }).toEqual({ status: 0, stderr: '' })
  })
})

type Proxy = Awaited<ReturnType<typeof startProxy>>

/** A TCP proxy before PostgreSQL that can refuse, fall silent without closing anything, or drop notifications. */
async function startProxy(target: URL) {
  const sockets = new Set<Socket>()
  let mode: 'admit' | 'refuse' | 'freeze' = 'admit'
  let refused = 0
  let swallow = (_payload: string) => false

  const server = createServer({ allowHalfOpen: true }, inward => {
    if (mode === 'refuse') {
      refused += 1
      inward.destroy()
      return
    }
    sockets.add(inward.on('error', () => undefined))
    if (mode === 'admit') forward(inward)
  })

  function forward(inward: Socket): void {
    const outward = connect({ host: target.hostname, port: Number(target.port || 5432), allowHalfOpen: true })
    sockets.add(outward.on('error', () => undefined))
    inward.on('data', data => outward.write(data)).on('end', () => outward.end())
    outward.on('data', data => inward.write(withoutNotifications(data, swallow))).on('end', () => inward.end())
  }

  function fallSilent(socket: Socket): void {
    socket.removeAllListeners('data').removeAllListeners('end').pause()
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)

  return {
    connectionString: url.href,
    refused: () => refused,
    refuse() {
      mode = 'refuse'
    },
    /** What is connected stays silent for good. */
    freeze() {
      mode = 'freeze'
      for (const socket of sockets) fallSilent(socket)
    },
    admit() {
      mode = 'admit'
    },
    swallowNotifications(which: (payload: string) => boolean) {
      swallow = which
    },
    hangUp() {
      for (const socket of sockets) socket.end()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** Takes NotificationResponse messages ('A', length, ..., payload) out of a chunk of whole server messages. */
function withoutNotifications(chunk: Buffer, swallow: (payload: string) => boolean): Buffer {
  const kept: Buffer[] = []
  for (let at = 0; at + 5 <= chunk.length; ) {
    const message = chunk.subarray(at, at + 1 + chunk.readUInt32BE(at + 1))
    const isNotification = message[0] === 'A'.charCodeAt(0)
    if (!isNotification || !swallow(message.toString())) kept.push(message)
    at += message.length
  }
  return Buffer.concat(kept)
}
