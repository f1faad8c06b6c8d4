import { createHash, randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'

/** Where the tests on PostgreSQL make their databases. */
export const POSTGRES_URL = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

/** Where the tests on Redis keep sessions. */
export const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

export type TestDatabase = { url: string; drop(): Promise<void> }

/** Where a statement or a clock of the database is tested that Redis takes the place of; test/redis has its counterpart. */
export const IN_DATABASE_ONLY = { skip: Boolean(process.env.TEST_REDIS_URL) }

/** Where the tests with TEST_REDIS_URL keep sessions; processes on one database share them. */
export function redisSettings(databaseUrl = ''): Record<string, string> {
  const { TEST_REDIS_URL } = process.env
  if (!TEST_REDIS_URL) return {}
  const installation = createHash('sha256').update(databaseUrl).digest('hex').slice(0, 12)
  return { SESSION_STORE: 'redis', REDIS_URL: TEST_REDIS_URL, REDIS_PREFIX: `latchkey-test-${installation}:` }
}

/** Creates a database of the dialect under test with every table, by copying the template if the run has one. */
export function createDatabase(): Promise<TestDatabase> {
  return databaseOf(process.env, process.env.TEST_TEMPLATE)
}

/** Creates a database without tables, for tests of what migrates it. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return databaseOf(process.env)
}

type TestVariables = { TEST_DATABASE?: string; TEST_DATABASE_URL?: string }

/** @param template URL of a database to copy */
export function databaseOf(variables: TestVariables, template?: string): Promise<TestDatabase> {
  return variables.TEST_DATABASE === 'postgres'
    ? createPostgres(variables.TEST_DATABASE_URL ?? '', template)
    : createSqlite(template)
}

async function createSqlite(template?: string): Promise<TestDatabase> {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-test-'))
  const file = path.join(directory, 'test.sqlite')
  if (template) await copyFile(template.replace('sqlite:', ''), file)
  return { url: `sqlite:${file}`, drop: () => rm(directory, { recursive: true, force: true }) }
}

async function createPostgres(server: string, template?: string): Promise<TestDatabase> {
  const name = `latchkey_test_${randomBytes(6).toString('hex')}`
  const source = template ? new URL(template).pathname.slice(1) : 'template1'
  // No test cuts the power, so commits need not wait for the disk.
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${source}`, `ALTER DATABASE ${name} SET synchronous_commit = off`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function run(server: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
