import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { Sequelize } from 'sequelize'
import type { Driver, SqlLogging, SqlValue, Statement } from '../database.ts'
import { seconds } from '../durations.ts'

const CONNECT_TIMEOUT = seconds(5)
const STATEMENT_TIMEOUT = seconds(10)

/** Statements are named, so that each connection of the pool parses and plans one only once. */
export const openPostgres = async (url: string, pool: number, logging: SqlLogging): Promise<Driver> => {
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    logging,
    pool: { max: pool, acquire: CONNECT_TIMEOUT },
    dialectOptions: { connectionTimeoutMillis: CONNECT_TIMEOUT, statement_timeout: STATEMENT_TIMEOUT, keepAlive: true },
  })
  await sequelize.authenticate()

  const query = async (name: string, text: string, values: SqlValue[]) => {
    const connection = (await sequelize.connectionManager.getConnection({ type: 'write' })) as PoolClient
    try {
      return await connection.query({ name, text, values })
    } finally {
      sequelize.connectionManager.releaseConnection(connection)
    }
  }

  const statement = (sql: string): Statement => {
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32)
    return {
      all: async <Row>(...values: SqlValue[]) => (await query(name, sql, values)).rows as Row[],
      run: async (...values: SqlValue[]) => (await query(name, sql, values)).rowCount ?? 0,
    }
  }

  return { sequelize, statement, close: () => sequelize.close() }
}
