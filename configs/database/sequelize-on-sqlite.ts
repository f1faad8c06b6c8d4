import { type QueryOptions, type Sequelize, TimeoutError } from 'sequelize'
import type { Database } from 'sqlite3'
import { currentTransaction } from './transactions.ts'

type Work = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Mends two faults of Sequelize 6 on SQLite; nothing else in this project patches a library.
 *
 * 1. Each transaction has its own connection, and SQLite lets one connection write at a time. The others wait inside the driver, on
 *    libuv's threads, in no order and without end. Here transactions, and writes outside of one, wait for their turn before they reach
 *    the driver.
 * 2. A transaction that cannot be begun or ended asks the pool to destroy its connection. SQLite has no pool, so the connection stays
 *    open and keeps its lock. Here it is closed.
 *
 * @param inTurn runs one piece of work at a time
 * @param noteFailure is given the error of every query that fails
 */
export function mendSequelize(
  sequelize: Sequelize,
  { inTurn, noteFailure }: { inTurn: Work; noteFailure(error: unknown): void },
): void {
  const { transaction, query } = sequelize
  const connections = sequelize.connectionManager as unknown as { releaseConnection(connection: Database): void }

  async function ask(sql: string | { query: string }, options?: QueryOptions) {
    try {
      return await (Reflect.apply(query, sequelize, [sql, options]) as Promise<unknown>)
    } catch (error) {
      noteFailure(error)
      throw error
    }
  }

  Object.assign(sequelize, {
    transaction(...args: unknown[]) {
      const begin = () => Reflect.apply(transaction, sequelize, args)
      return currentTransaction() ? begin() : inTurn(begin)
    },
    query: (sql: string | { query: string }, options?: QueryOptions) =>
      options?.transaction || currentTransaction() || isRead(sql) ? ask(sql, options) : inTurn(() => ask(sql, options)),
  })
  Object.assign(connections, {
    destroyConnection: async (connection: Database) => connections.releaseConnection(connection),
  })
}

/** The error of Sequelize for a write whose turn did not come in time; answered like a database that is locked. */
export function tooManyWrites() {
  return new TimeoutError(Object.assign(new Error('the turn to write did not come'), { code: 'SQLITE_BUSY', sql: '' }))
}

function isRead(sql: string | { query: string }) {
  return /^\s*(SELECT|PRAGMA)\b/i.test(typeof sql === 'string' ? sql : sql.query)
}
