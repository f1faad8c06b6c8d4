import { type QueryOptions, type Sequelize, TimeoutError } from 'sequelize'
import type { Database } from 'sqlite3'
import type { takingTurns } from './turns.ts'

type InTurn = ReturnType<typeof takingTurns>

export const tooManyWrites = () =>
  new TimeoutError(Object.assign(new Error('the turn to write did not come'), { code: 'SQLITE_BUSY', sql: '' }))

/**
 * Has Sequelize's transactions, and what it writes outside of one, take their turn. A write that forgets to name the transaction that
 * it is made in waits for itself, so it fails after the longest wait, and the transaction with it.
 */
export const writeInTurn = (
  sequelize: Sequelize,
  { inTurn, noteFailure }: { inTurn: InTurn; noteFailure(error: unknown): void },
) => {
  const { transaction, query } = sequelize
  Object.assign(sequelize, {
    transaction: (...args: unknown[]) => inTurn(() => Reflect.apply(transaction, sequelize, args)),
    query: (sql: string | { query: string }, options?: QueryOptions) => {
      const ask = async () => {
        try {
          return await (Reflect.apply(query, sequelize, [sql, options]) as Promise<unknown>)
        } catch (error) {
          noteFailure(error)
          throw error
        }
      }
      return options?.transaction || isRead(sql) ? ask() : inTurn(ask)
    },
  })
}

const isRead = (sql: string | { query: string }) =>
  /^\s*(SELECT|PRAGMA)\b/i.test(typeof sql === 'string' ? sql : sql.query)

/** What Sequelize keeps its connections in; all queries outside of a transaction share the one called `default`. */
type Connections = {
  connections: Record<string, Database>
  getConnection(options: { uuid?: string }): Promise<Database>
  releaseConnection(connection: Database): void
}

/**
 * Sequelize opens a connection for each transaction, which reads the whole schema, and closes it at the end. Here the next transaction
 * gets it again. One whose transaction could not be begun or ended is closed: Sequelize asks a pool to destroy it, of which SQLite has
 * none, so that it stayed open with its lock.
 * @returns tells which one is kept, if any
 */
export const keepTransactionConnection = ({ connectionManager }: Sequelize) => {
  const manager = connectionManager as unknown as Connections
  const { getConnection, releaseConnection } = manager
  let kept: Database | undefined
  const close = (connection: Database) => Reflect.apply(releaseConnection, manager, [connection])
  Object.assign(manager, {
    getConnection: (options: { uuid?: string }) => {
      const again = kept
      if (!again || (options.uuid ?? 'default') === 'default') return Reflect.apply(getConnection, manager, [options])
      kept = undefined
      return Promise.resolve(again)
    },
    releaseConnection: (connection: Database & { uuid?: string }) => {
      if (kept || connection.uuid === undefined) return close(connection)
      delete manager.connections[connection.uuid]
      kept = connection
    },
    destroyConnection: (connection: Database) => Promise.resolve(close(connection)),
  })
  return () => kept
}
