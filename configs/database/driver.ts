import type { Sequelize } from 'sequelize'

export type SqlValue = string | number | boolean | Date | null

/** A prepared statement of the driver, past the query builder: on SQLite Sequelize runs `PRAGMA table_info` before every SELECT. */
export type Statement = {
  /** The rows; placeholders are $1, $2 ... in the order of their first appearance. */
  all<Row>(...values: SqlValue[]): Promise<Row[]>
  /** The number of rows changed. */
  run(...values: SqlValue[]): Promise<number>
}

/** What is wrong with a SQLite file; none of it heals without the operator. */
export type Damage = 'corrupt' | 'file-deleted' | 'file-replaced'

/** What the dialects give beside Sequelize. */
export type Driver = {
  sequelize: Sequelize
  statement(sql: string): Statement
  /** Runs work that may take longer than a request waits, such as a command of the operator; not beside requests. */
  patiently<T>(work: () => Promise<T>): Promise<T>
  /** Uses no connection again that is open now: the server behind them may be another, or gone. */
  renewConnections(): void
  /** What is known to be wrong with the file; never anything on PostgreSQL. */
  damage(): Damage | undefined
  /** Reads the whole SQLite file for damage (`PRAGMA quick_check`), beside requests. */
  verify(): Promise<void>
  close(): Promise<void>
}

/** Receives each statement, or nothing. */
export type SqlLogging = false | ((sql: string) => void)
