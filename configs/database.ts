import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import { registerModels } from '../models/register.ts'
import { reasonOf } from '../src/error-code.ts'
import type { Driver, SqlLogging } from './database/driver.ts'
import { sharesBackends } from './database/pooler.ts'
import { openPostgres } from './database/postgres.ts'
import { createPrimary, NoPrimary, onlyServer, type Primary } from './database/primary.ts'
import { openSqlite } from './database/sqlite.ts'
import type { Env } from './env.ts'
import type { Logger } from './logger.ts'

/** PostgreSQL's driver parses JSON; SQLite's returns text. */
export function jsonOf<T extends object>(value: T | string): T {
  return typeof value === 'string' ? JSON.parse(value) : value
}

export type Database = Driver & {
  dialect: 'sqlite' | 'postgres'
  /** Empty for PostgreSQL. */
  path: string
  /** The PostgreSQL server; meaningless for SQLite. */
  primary: Primary
}

/** @throws DatabaseUnavailable with a sentence for the operator */
export async function openDatabase(env: Env, logger: Logger): Promise<Database> {
  const logging = logger.isLevelEnabled('sql')
    ? (sql: string) => void logger.log('sql', withoutValues(sql))
    : (false as const)
  const database = env.DATABASE_URL.startsWith('sqlite:')
    ? await sqlite(env, logger, logging)
    : await postgres(env, logging)
  registerModels(database.sequelize)
  return database
}

/** SELECTs contain values, which can be a password typed as a name (ASVS 16.2.5). */
const withoutValues = (sql: string) => sql.replaceAll(/'(?:[^']|'')*'/g, "'?'")

export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** On a damaged file, a missing row proves nothing (ASVS 16.5.3). */
export function mayHideRows(database: Pick<Driver, 'damage'>): boolean {
  return database.damage() === 'corrupt'
}

async function sqlite(env: Env, logger: Logger, logging: SqlLogging): Promise<Database> {
  const file = path.resolve(env.DATABASE_URL.slice('sqlite:'.length))
  try {
    const isNew = createPrivateFile(file)
    // Elsewhere an operator expects the users of before.
    if (isNew) logger.log(env.NODE_ENV === 'development' ? 'info' : 'warn', `Created a new, empty database: ${file}`)
    return {
      ...(await openSqlite(file, { logging, synchronous: env.SQLITE_SYNCHRONOUS, isNew })),
      dialect: 'sqlite',
      path: file,
      primary: onlyServer(''),
    }
  } catch (cause) {
    throw new DatabaseUnavailable(
      `The database ${file} cannot be opened (${reasonOf(cause)}). Make it readable and writable for this user, or set DATABASE_URL to another place.`,
      { cause },
    )
  }
}

/** Password hashes are readable only by the server's user (ASVS 13.2.2). */
function createPrivateFile(file: string) {
  mkdirSync(path.dirname(file), { recursive: true })
  // Closing an existing file would drop this process's locks on it, SQLite's too.
  if (existsSync(file)) return false
  closeSync(openSync(file, 'a', 0o600))
  return true
}

async function postgres(env: Env, logging: SqlLogging): Promise<Database> {
  try {
    const primary = createPrimary(env.DATABASE_URL)
    if (await sharesBackends(await primary.url())) throw new DatabaseUnavailable(NEEDS_SESSION_MODE)
    return {
      ...(await openPostgres(primary, env.DATABASE_POOL, logging)),
      dialect: 'postgres',
      path: '',
      primary,
    }
  } catch (cause) {
    if (cause instanceof DatabaseUnavailable) throw cause
    if (cause instanceof NoPrimary)
      throw new DatabaseUnavailable(`${cause.message} Start or promote one, or correct DATABASE_URL.`, { cause })
    throw new DatabaseUnavailable(
      `The PostgreSQL server of DATABASE_URL does not answer (${reasonOf(cause)}). Start it, or correct host, port, user and database in DATABASE_URL.`,
      { cause },
    )
  }
}

/** Notifications, prepared statements and timeouts need one connection (docs/decisions/0010). */
const NEEDS_SESSION_MODE =
  'DATABASE_URL leads to a connection pooler in transaction mode. Set pool_mode = session for this database in pgbouncer, or let DATABASE_URL name PostgreSQL itself.'
