import { pathToFileURL } from 'node:url'
import { DatabaseError, DataTypes, type QueryInterface, QueryTypes, Sequelize } from 'sequelize'
import { MigrationError, Umzug, type UmzugStorage } from 'umzug'
import { minutes } from '../src/durations.ts'
import type { Database } from './database.ts'
import type { Logger } from './logger.ts'

type Migration = {
  up(queryInterface: QueryInterface): Promise<unknown>
  down(queryInterface: QueryInterface): Promise<unknown>
  /** For SQLite, which ignores the setting inside a transaction: the migration replaces a table that others refer to. */
  foreignKeys?: 'off'
}

export type Migrator = ReturnType<typeof createMigrator>

type Choice = { to?: string; step?: number; migrations?: string[] }

/** Nothing of it was kept. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'
}

const DIRECTORY = `${import.meta.dirname}/../migrations`
const LEDGER = 'Migrations'

/** The same for all processes that migrate a PostgreSQL database. */
const LOCK = 7_236_141_905
/** For another process that migrates the same SQLite file. */
const LONGEST_WAIT = minutes(10)

/**
 * Runs each migration and its ledger row in one transaction, one process at a time.
 * @throws MigrationFailed from `up` and `down`
 */
export function createMigrator(database: Database, logger: Logger, directory = DIRECTORY) {
  const reading = umzugOver(database.sequelize, logger, directory)

  async function up(choice: Choice = {}) {
    const applied = await eachAlone(chosen(namesOf(await reading.pending()), choice), async (umzug, name) => {
      if (!namesOf(await umzug.pending()).includes(name)) return []
      return umzug.up({ migrations: [name] })
    })
    if (applied.length > 0)
      logger.info(`Database ready: ${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'} applied`)
    return applied
  }

  const down = async (choice: Choice = { step: 1 }) =>
    eachAlone(chosen(namesOf(await reading.executed()).reverse(), choice), async (umzug, name) => {
      if (!namesOf(await umzug.executed()).includes(name)) return []
      return umzug.down({ migrations: [name] })
    })

  async function eachAlone(
    names: string[],
    work: (umzug: UmzugOverTables, name: string) => Promise<{ name: string }[]>,
  ): Promise<string[]> {
    if (names.length === 0) return []
    const connection = await openConnection(database)
    const umzug = umzugOver(connection, logger, directory)
    const done: string[] = []
    try {
      for (const name of names) {
        const applied = await alone(connection, name, () => work(umzug, name)).catch(error => {
          throw explained(name, error)
        })
        done.push(...namesOf(applied))
      }
    } finally {
      await connection.close()
    }
    return done
  }

  async function alone<Result>(connection: Sequelize, name: string, work: () => Promise<Result>): Promise<Result> {
    const { foreignKeys } = await load(`${directory}/${name}.ts`)
    const migrate = () => inTransaction(connection, work)
    return foreignKeys === 'off' && connection.getDialect() === 'sqlite'
      ? withoutForeignKeys(connection, migrate)
      : migrate()
  }

  return {
    /** @returns the names applied, in order */
    up,
    /** The newest by default. @returns the names reverted, in order */
    down,
    pending: async () => namesOf(await reading.pending()),
    executed: async () => namesOf(await reading.executed()),
    /** May include names of a newer release. */
    applied: () => readLedger(database.sequelize.getQueryInterface()),
  }
}

type UmzugOverTables = ReturnType<typeof umzugOver>

/** The ledger has names without extensions. */
function umzugOver(sequelize: Sequelize, logger: Logger, directory: string) {
  return new Umzug({
    migrations: {
      glob: ['*.ts', { cwd: directory }],
      resolve: ({ name, path, context }) => {
        return {
          name: name.replace(/\.ts$/, ''),
          up: async () => (await load(path ?? '')).up(context),
          down: async () => (await load(path ?? '')).down(context),
        }
      },
    },
    context: sequelize.getQueryInterface(),
    storage,
    logger: {
      debug: () => {},
      info: line => logger.verbose('migration', line),
      warn: line => logger.warn('migration', line),
      error: line => logger.error('migration', line),
    },
  })
}

async function load(path: string) {
  return (await import(pathToFileURL(path).href)) as Migration
}

/** Creates the ledger only under the lock, because two processes would collide. */
const storage: UmzugStorage<QueryInterface> = {
  executed: ({ context }) => readLedger(context),
  logMigration: async ({ name, context }) => {
    await context.createTable(LEDGER, { name: { type: DataTypes.STRING, allowNull: false, primaryKey: true } })
    await context.bulkInsert(LEDGER, [{ name }])
  },
  unlogMigration: async ({ name, context }) => {
    await context.bulkDelete(LEDGER, { name })
  },
}

async function readLedger(queryInterface: QueryInterface): Promise<string[]> {
  if (!(await queryInterface.tableExists(LEDGER))) return []
  const sql = `SELECT "name" FROM "${LEDGER}" ORDER BY "name"`
  const rows = await queryInterface.sequelize.query<{ name: string }>(sql, { type: QueryTypes.SELECT })
  return namesOf(rows)
}

/** One connection, because a migration's queries do not name the transaction. */
async function openConnection({ dialect, path, primary }: Database) {
  return dialect === 'sqlite'
    ? new Sequelize({ dialect, storage: path, logging: false })
    : new Sequelize(await primary.url(), {
        dialect,
        logging: false,
        pool: { max: 1, idle: LONGEST_WAIT },
        dialectOptions: { keepAlive: true },
      })
}

async function inTransaction<Result>(connection: Sequelize, work: () => Promise<Result>): Promise<Result> {
  await begin(connection)
  try {
    const result = await work()
    await connection.query('COMMIT')
    return result
  } catch (error) {
    // A lost connection has ended the transaction.
    await connection.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function withoutForeignKeys<Result>(connection: Sequelize, migrate: () => Promise<Result>): Promise<Result> {
  await connection.query('PRAGMA foreign_keys = OFF')
  try {
    return await migrate()
  } finally {
    await connection.query('PRAGMA foreign_keys = ON')
  }
}

async function begin(connection: Sequelize) {
  if (connection.getDialect() === 'sqlite') {
    await connection.query(`PRAGMA busy_timeout = ${LONGEST_WAIT}`)
    await connection.query('BEGIN IMMEDIATE')
    return
  }
  await connection.query('BEGIN')
  // Releases the lock of a frozen process.
  await connection.query(`SET LOCAL idle_in_transaction_session_timeout = ${minutes(1)}`)
  await connection.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
}

function chosen(names: string[], { to, step, migrations }: Choice): string[] {
  return migrations ?? names.slice(0, to === undefined ? step : names.indexOf(to) + 1)
}

const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name)

function explained(name: string, error: unknown) {
  const cause = error instanceof MigrationError ? error.cause : error
  const reason = cause instanceof Error ? cause.message : String(cause)
  const hint = isThereAlready(cause)
    ? ' A start of version 0.1.0 that was killed may have left it half applied: restore a backup, or delete the database if it is empty.'
    : ''
  return new MigrationFailed(`Migration ${name} failed and was taken back: ${reason}.${hint}`, { cause })
}

function isThereAlready(cause: unknown) {
  return cause instanceof DatabaseError && /already exists|duplicate column/i.test(cause.message)
}
