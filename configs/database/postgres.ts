import { createHash } from 'node:crypto'
import pg from 'pg'
import { ConnectionError, Sequelize } from 'sequelize'
import { seconds } from '../../src/durations.ts'
import type { Driver, PoolState, SqlLogging, SqlValue, Statement } from './driver.ts'
import { createClientClass, type PooledClient } from './postgres-client.ts'
import { addressOf } from './postgres-servers.ts'
import { NoPrimary, type Primary, takesWrites } from './primary.ts'

/** Each timeout is longer than the inner one, so that a request is answered within 10 s. */
const IDLE_IN_TRANSACTION_TIMEOUT = seconds(3)
const LOCK_TIMEOUT = seconds(4)
const STATEMENT_TIMEOUT = 4500
/** Also ends the wait of a commit for a synchronous standby, which `statement_timeout` does not. */
const SILENT_AT_MOST = seconds(5)
const CONNECT_TIMEOUT = seconds(4)
/** Shorter than the silence that marks a connection as dead. */
const IDLE_AT_MOST = seconds(3)

/** Errors of Sequelize's setup do not count as database errors. Its types lack this option. */
const SETS_NOTHING_UP = { keepDefaultTimezone: true }

/** Named statements are parsed once per connection. */
export async function openPostgres(primary: Primary, poolSize: number, logging: SqlLogging): Promise<Driver> {
  let isPatient = false
  let server = await primary.url()
  const { Client, retire, renew } = createClientClass({
    silentAtMost: () => (isPatient ? 0 : SILENT_AT_MOST),
    onDoubt: primary.forget,
  })

  async function chooseServer(config: { host?: string; port?: number | string }) {
    const chosen = await primary.url()
    if (chosen !== server) retire()
    server = chosen
    Object.assign(config, addressOf(chosen))
  }

  /** As statements, because pgbouncer refuses these as startup parameters. */
  async function setUp(client: pg.Client) {
    await client.query(`
      SET client_min_messages = warning; SET TIME ZONE 'UTC';
      SET idle_in_transaction_session_timeout = ${isPatient ? 0 : IDLE_IN_TRANSACTION_TIMEOUT};
      SET lock_timeout = ${isPatient ? 0 : LOCK_TIMEOUT};
      SET statement_timeout = ${isPatient ? 0 : STATEMENT_TIMEOUT}`)
    if (!primary.takesWrites || (await takesWrites(client))) return
    await client.end()
    primary.forget()
    throw new NoPrimary('The server takes no writes any more.')
  }

  const sequelize = new Sequelize(server, {
    dialect: 'postgres',
    dialectModule: { ...pg, Client },
    logging,
    pool: {
      max: poolSize,
      acquire: CONNECT_TIMEOUT,
      idle: IDLE_AT_MOST,
      validate: client => (client as PooledClient).isUsable,
    },
    ...SETS_NOTHING_UP,
    dialectOptions: { connectionTimeoutMillis: CONNECT_TIMEOUT, clientMinMessages: 'ignore', keepAlive: true },
    hooks: {
      beforeConnect: config => chooseServer(config).catch(asConnectionError),
      afterConnect: client => setUp(client as pg.Client).catch(asConnectionError),
    },
  })
  await sequelize.authenticate()

  async function query(name: string, text: string, values: SqlValue[]) {
    const connection = (await sequelize.connectionManager.getConnection({ type: 'write' })) as pg.Client
    try {
      return await connection.query({ name, text, values })
    } finally {
      sequelize.connectionManager.releaseConnection(connection)
    }
  }

  function statement(sql: string): Statement {
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32)
    return {
      all: async <Row>(...values: SqlValue[]) => (await query(name, sql, values)).rows as Row[],
      run: async (...values: SqlValue[]) => (await query(name, sql, values)).rowCount ?? 0,
    }
  }

  function poolState(): PoolState {
    // Sequelize's types lack its pool.
    const { pool } = sequelize.connectionManager as unknown as { pool: { using: number; waiting: number } }
    return { limit: poolSize, inUse: pool.using, waiting: pool.waiting }
  }

  async function patiently<T>(work: () => Promise<T>) {
    isPatient = true
    try {
      return await work()
    } finally {
      isPatient = false
    }
  }

  return {
    sequelize,
    statement,
    patiently,
    pool: poolState,
    renewConnections: renew,
    damage: () => undefined,
    verify: async () => {},
    close: () => sequelize.close(),
  }
}

function asConnectionError(cause: Error): never {
  throw new ConnectionError(cause)
}
