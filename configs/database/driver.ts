import type { Sequelize } from 'sequelize'

export type SqlValue = string | number | boolean | Date | null

/** Bypasses Sequelize, which runs `PRAGMA table_info` before every SELECT on SQLite. */
export type Statement = {
  /** Placeholders are $1, $2 ... in the order of first use. */
  all<Row>(...values: SqlValue[]): Promise<Row[]>
  run(...values: SqlValue[]): Promise<number>
}

/** Of the connections that serve requests; on SQLite, the one that writes. */
export type PoolState = { limit: number; inUse: number; waiting: number }

export type Damage = 'corrupt' | 'file-deleted' | 'file-replaced'

export type Driver = {
  sequelize: Sequelize
  statement(sql: string): Statement
  /** Without the request timeouts, for commands of the operator. */
  patiently<T>(work: () => Promise<T>): Promise<T>
  pool(): PoolState
  /** The current connections may lead to a server that is gone. */
  renewConnections(): void
  /** Always undefined on PostgreSQL. */
  damage(): Damage | undefined
  /** Reads the whole SQLite file (`PRAGMA quick_check`). */
  verify(): Promise<void>
  close(): Promise<void>
}

export type SqlLogging = false | ((sql: string) => void)
