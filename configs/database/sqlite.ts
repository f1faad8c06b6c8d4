import { Mutex, withTimeout } from 'async-mutex'
import { Sequelize } from 'sequelize'
import sqlite3 from 'sqlite3'
import { minutes, seconds } from '../../src/durations.ts'
import type { Driver, SqlLogging, SqlValue, Statement } from './driver.ts'
import { mendSequelize, tooManyWrites } from './sequelize-on-sqlite.ts'
import { watchFile } from './sqlite-file.ts'
import { currentTransaction } from './transactions.ts'

/** In this process, then for other processes: 10 s per request in all. */
const TURN_WITHIN = seconds(5)
const LOCK_WITHIN = seconds(4)
const PATIENT_LOCK_WITHIN = minutes(10)

/** SQLite's default of 2 MiB holds some 2,000 sessions. */
const READER_CACHE_KIB = 16 * 1024

type Options = { logging: SqlLogging; synchronous: 'FULL' | 'NORMAL'; isNew: boolean }

/**
 * One connection writes and one reads, because under WAL reads never wait for a write.
 * Writes take turns here: waiting in the driver, they would block the four threads of libuv and the
 * writer that holds the lock.
 */
export async function openSqlite(file: string, { logging, synchronous, isNew }: Options): Promise<Driver> {
  let lockWithin = LOCK_WITHIN

  /** Also those that Sequelize opens for a transaction. */
  class ConfiguredConnection extends sqlite3.Database {
    constructor(path: string, mode: number, opened: (error: Error | null) => void) {
      super(path, mode, opened)
      this.configure('busyTimeout', lockWithin)
      this.run(`PRAGMA synchronous = ${synchronous}`)
    }

    /** Without a callback, an error is an event that ends the process. */
    override run(sql: string, ...rest: unknown[]): this {
      const values = typeof rest.at(-1) === 'function' ? rest : [...rest, () => {}]
      return Reflect.apply(super.run, this, [sql, ...values])
    }
  }

  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage: file,
    logging,
    dialectModule: { ...sqlite3, Database: ConfiguredConnection },
    transactionType: 'IMMEDIATE' as never,
    retry: { max: 1 },
  })
  // Possible only before the first page is written; used by src/maintenance/free-pages.ts.
  if (isNew) await sequelize.query('PRAGMA auto_vacuum = INCREMENTAL')
  await sequelize.query('PRAGMA journal_mode = WAL')
  const writer = (await sequelize.connectionManager.getConnection({ type: 'write' })) as sqlite3.Database
  writer.serialize()
  const reader = await openReader(file, ConfiguredConnection)
  const watch = await watchFile(file)
  const turns = withTimeout(new Mutex(), TURN_WITHIN, tooManyWrites())
  let writes = 0
  async function inTurn<T>(work: () => Promise<T>) {
    if (currentTransaction()) throw new Error('A prepared statement would wait for the open transaction: use a model.')
    writes++
    try {
      return await turns.runExclusive(() => {
        watch.refuseWrites()
        return work()
      })
    } finally {
      writes--
    }
  }
  const pool = () => ({ limit: 1, inUse: Math.min(writes, 1), waiting: Math.max(writes - 1, 0) })
  mendSequelize(sequelize, { inTurn, noteFailure: watch.note })
  let checking: sqlite3.Database | undefined
  let check = Promise.resolve()
  const prepared = new Set<sqlite3.Statement>()

  function statement(sql: string): Statement {
    const connection = sql.trimStart().startsWith('SELECT') ? reader : writer
    let compiled: Promise<sqlite3.Statement> | undefined
    async function compile() {
      compiled ??= prepare(connection, sql)
      try {
        const ready = await compiled
        prepared.add(ready)
        return ready
      } catch (error) {
        compiled = undefined
        throw error
      }
    }
    function noted(error: unknown): never {
      watch.note(error)
      throw error
    }
    const read = async <Row>(values: SqlValue[]) => all<Row>(await compile(), values)
    return {
      all: <Row>(...values: SqlValue[]) =>
        (connection === reader ? read<Row>(values) : inTurn(() => read<Row>(values))).catch(noted),
      run: (...values: SqlValue[]) => inTurn(async () => run(await compile(), values)).catch(noted),
    }
  }

  async function patiently<T>(work: () => Promise<T>) {
    function waitForLock(longest: number) {
      lockWithin = longest
      writer.configure('busyTimeout', longest)
    }
    waitForLock(PATIENT_LOCK_WITHIN)
    try {
      return await work()
    } finally {
      waitForLock(LOCK_WITHIN)
    }
  }

  function verify() {
    check = checkFile()
    return check
  }

  /** On its own connection, because a connection does one thing at a time. */
  async function checkFile() {
    try {
      checking = await openReader(file, sqlite3.Database)
      // A statement that is not finalized would keep the connection open.
      const quickCheck = await prepare(checking, 'PRAGMA quick_check(1)')
      const [row] = await all<{ quick_check: string }>(quickCheck, []).finally(() => quickCheck.finalize())
      if (row?.quick_check !== 'ok') watch.note(Object.assign(new Error('quick_check'), { code: 'SQLITE_CORRUPT' }))
    } catch (error) {
      watch.note(error)
    } finally {
      const finished = checking
      // First, because a connection that is closing cannot be interrupted.
      checking = undefined
      if (finished) await closed(finished)
    }
  }

  async function close() {
    watch.close()
    checking?.interrupt()
    await check
    for (const each of prepared) each.finalize()
    await closed(reader)
    await sequelize.close()
    await closed(writer)
  }

  return { sequelize, statement, patiently, pool, renewConnections: () => {}, damage: watch.damage, verify, close }
}

const closed = (connection: sqlite3.Database) => new Promise<void>(resolve => connection.close(() => resolve()))

type Connection = new (path: string, mode: number, opened: (error: Error | null) => void) => sqlite3.Database

function openReader(file: string, Reader: Connection) {
  return new Promise<sqlite3.Database>((resolve, reject) => {
    const connection: sqlite3.Database = new Reader(file, sqlite3.OPEN_READONLY, error =>
      error ? reject(error) : resolve(connection),
    )
    connection.run(`PRAGMA cache_size = -${READER_CACHE_KIB}`)
  })
}

function prepare(connection: sqlite3.Database, sql: string) {
  return new Promise<sqlite3.Statement>((resolve, reject) => {
    const statement: sqlite3.Statement = connection.prepare(sql, (error: Error | null) =>
      error ? reject(error) : resolve(statement),
    )
  })
}

function all<Row>(statement: sqlite3.Statement, values: SqlValue[]) {
  return new Promise<Row[]>((resolve, reject) => {
    statement.all(values.map(bound), (error: Error | null, rows: Row[]) =>
      error ? statement.reset(() => reject(error)) : resolve(rows),
    )
  })
}

/** A failed statement would keep other writes of its connection from committing, so reset it. */
function run(statement: sqlite3.Statement, values: SqlValue[]) {
  return new Promise<number>((resolve, reject) => {
    statement.run(values.map(bound), function (this: sqlite3.RunResult, error: Error | null) {
      if (error) statement.reset(() => reject(error))
      else resolve(this.changes)
    })
  })
}

/** Sequelize's format, which sorts as text. */
function bound(value: SqlValue) {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', ' +00:00')
  return typeof value === 'boolean' ? Number(value) : value
}
