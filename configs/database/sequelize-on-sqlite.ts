import { type QueryOptions, type Sequelize, TimeoutError } from 'sequelize'
import type { Database } from 'sqlite3'
import { currentTransaction } from './transactions.ts'

type Work = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Fixes two faults of Sequelize 6 on SQLite; no other library is patched.
 * 1. Parallel writers wait inside the driver, without order or end; here they take turns.
 * 2. A transaction that fails to begin or end keeps its connection and lock; here it is closed.
 * @param noteFailure gets the error of each failed query
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

/** Handled like a locked database. */
export function tooManyWrites() {
  return new TimeoutError(Object.assign(new Error('the turn to write did not come'), { code: 'SQLITE_BUSY', sql: '' }))
}

function isRead(sql: string | { query: string }) {
  return /^\s*(SELECT|PRAGMA)\b/i.test(typeof sql === 'string' ? sql : sql.query)
}
