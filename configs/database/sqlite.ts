import { type QueryOptions, Sequelize, TimeoutError } from 'sequelize'
import sqlite3 from 'sqlite3'
import type { Driver, SqlLogging, SqlValue, Statement } from '../database.ts'
import { seconds } from '../durations.ts'
import { takingTurns } from './turns.ts'

/** How long a write waits for its turn in this process, and then for the lock that another process holds. */
const LONGEST_WAIT = seconds(10)

/** Filled as pages are read. SQLite's own 2 MiB hold some 2,000 sessions; beyond them each read would copy pages from the system. */
const READER_CACHE_KIB = 16 * 1024

/**
 * One connection that writes (Sequelize's own) and one that only reads: under WAL a read never waits for a write, and hot reads go
 * through the second. Every connection gets its pragmas, also those that Sequelize opens for a transaction.
 *
 * SQLite lets one connection write at a time. Another waits inside the driver, on one of libuv's four threads, and asks again now and
 * then: were all four waiting, the one that has the lock could not end, and one that is unlucky never gets it. So all writes of this
 * process, transactions among them, take turns out here; inside, a write waits for other processes only.
 */
export const openSqlite = async (file: string, logging: SqlLogging): Promise<Driver> => {
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage: file,
    logging,
    dialectModule: { ...sqlite3, Database: ConfiguredConnection },
    transactionType: 'IMMEDIATE' as never,
    // The driver has waited long enough.
    retry: { max: 1 },
  })
  await sequelize.query('PRAGMA journal_mode = WAL')
  const writer = (await sequelize.connectionManager.getConnection({ type: 'write' })) as sqlite3.Database
  writer.serialize()
  const inTurn = takingTurns(LONGEST_WAIT, tooManyWrites)
  writeInTurn(sequelize, inTurn)
  closeBrokenConnections(sequelize)
  const reader = await openReader(file)
  const prepared = new Set<sqlite3.Statement>()

  const statement = (sql: string): Statement => {
    const connection = sql.trimStart().startsWith('SELECT') ? reader : writer
    let compiled: Promise<sqlite3.Statement> | undefined
    const compile = async () => {
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
    return {
      all: async <Row>(...values: SqlValue[]) => all<Row>(await compile(), values),
      run: (...values: SqlValue[]) => inTurn(async () => run(await compile(), values)),
    }
  }

  const close = async () => {
    for (const each of prepared) each.finalize()
    await new Promise<void>(resolve => reader.close(() => resolve()))
    await sequelize.close()
    await new Promise<void>(resolve => writer.close(() => resolve()))
  }

  return { sequelize, statement, close }
}

type InTurn = ReturnType<typeof takingTurns>

const tooManyWrites = () =>
  new TimeoutError(Object.assign(new Error('the turn to write did not come'), { code: 'SQLITE_BUSY', sql: '' }))

/**
 * Has Sequelize's transactions, and what it writes outside of one, take their turn. A write that forgets to name the transaction that
 * it is made in waits for itself, so it fails after the longest wait, and the transaction with it.
 */
const writeInTurn = (sequelize: Sequelize, inTurn: InTurn) => {
  const { transaction, query } = sequelize
  Object.assign(sequelize, {
    transaction: (...args: unknown[]) => inTurn(() => Reflect.apply(transaction, sequelize, args)),
    query: (sql: string | { query: string }, options?: QueryOptions) => {
      const ask = () => Reflect.apply(query, sequelize, [sql, options]) as Promise<unknown>
      return options?.transaction || isRead(sql) ? ask() : inTurn(ask)
    },
  })
}

const isRead = (sql: string | { query: string }) =>
  /^\s*(SELECT|PRAGMA)\b/i.test(typeof sql === 'string' ? sql : sql.query)

/** Where a transaction fails to begin or to end, Sequelize asks a pool to destroy its connection; on SQLite there is none, and it stayed open. */
const closeBrokenConnections = ({ connectionManager }: Sequelize) => {
  Object.assign(connectionManager, {
    destroyConnection: async (connection: never) => connectionManager.releaseConnection(connection),
  })
}

class ConfiguredConnection extends sqlite3.Database {
  constructor(file: string, mode: number, opened: (error: Error | null) => void) {
    super(file, mode, opened)
    this.configure('busyTimeout', LONGEST_WAIT)
    // Under WAL, NORMAL loses nothing when the process dies; FULL would add an fsync to each commit (sqlite.org/wal.html).
    this.run('PRAGMA synchronous = NORMAL')
  }

  /** Without a callback an error is an event, and that ends the process; what is wrong shows again at the next statement. */
  override run(sql: string, ...rest: unknown[]): this {
    const values = typeof rest.at(-1) === 'function' ? rest : [...rest, () => {}]
    return Reflect.apply(super.run, this, [sql, ...values])
  }
}

const openReader = (file: string) =>
  new Promise<sqlite3.Database>((resolve, reject) => {
    const connection: sqlite3.Database = new ConfiguredConnection(file, sqlite3.OPEN_READONLY, error =>
      error ? reject(error) : resolve(connection),
    )
    connection.run(`PRAGMA cache_size = -${READER_CACHE_KIB}`)
  })

const prepare = (connection: sqlite3.Database, sql: string) =>
  new Promise<sqlite3.Statement>((resolve, reject) => {
    const statement: sqlite3.Statement = connection.prepare(sql, (error: Error | null) =>
      error ? reject(error) : resolve(statement),
    )
  })

const all = <Row>(statement: sqlite3.Statement, values: SqlValue[]) =>
  new Promise<Row[]>((resolve, reject) => {
    statement.all(values.map(bound), (error: Error | null, rows: Row[]) =>
      error ? statement.reset(() => reject(error)) : resolve(rows),
    )
  })

/**
 * A statement that found the database locked is still under way, and the driver leaves it so. Until it is run again, what other
 * statements of its connection write is not committed, and then it is rolled back: so each that failed is reset.
 */
const run = (statement: sqlite3.Statement, values: SqlValue[]) =>
  new Promise<number>((resolve, reject) => {
    statement.run(values.map(bound), function (this: sqlite3.RunResult, error: Error | null) {
      if (error) statement.reset(() => reject(error))
      else resolve(this.changes)
    })
  })

/** Dates in the form that Sequelize writes, which compares as text in the order of time. */
const bound = (value: SqlValue) => {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', ' +00:00')
  return typeof value === 'boolean' ? Number(value) : value
}
