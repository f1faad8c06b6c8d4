import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../configs/database.ts'
import { loadEnv } from '../configs/env.ts'
import { createLogger } from '../configs/logger.ts'
import { createMigrator, type Migrator } from '../configs/migrations.ts'
import { createDatabase, type TestDatabase } from './harness.ts'

let own: TestDatabase
let database: Database
let migrator: Migrator
beforeEach(async () => {
  own = await createDatabase()
  const env = loadEnv({
    NODE_ENV: 'test',
    DATABASE_URL: own.url,
    LOG_LEVEL: 'error',
    SESSION_SECRET: 'test-only-secret-test-only-secret-test-only',
    ENCRYPTION_KEYS: 'test-only-key-test-only-key-test-only-key-test',
  })
  const logger = createLogger(env, () => undefined)
  database = await openDatabase(env, logger)
  migrator = createMigrator(database, logger)
})
afterEach(async () => {
  await database.close()
  await own.drop()
})

/** Everything that a migration can make: tables with columns, constraints, indexes, triggers, functions. */
const SCHEMA = {
  sqlite: [
    `SELECT "type", "name", "sql" FROM "sqlite_master" WHERE "tbl_name" NOT IN ('Migrations', 'sqlite_sequence')`,
  ],
  postgres: [
    `SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'Migrations'`,
    `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'Migrations'`,
    `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND conrelid <> '"Migrations"'::regclass`,
    `SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`,
    `SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  ],
}

const schema = async () => {
  await migrator.executed()
  const parts = await Promise.all(SCHEMA[database.dialect].map(sql => database.sequelize.query(sql)))
  return parts.map(([rows]) => rows.map(row => JSON.stringify(row)).sort())
}
const rowCounts = async () => {
  const [rows] = await database.sequelize.query('SELECT "name", "permissions" FROM "Roles" ORDER BY "name"')
  return rows
}

test('each migration goes up and comes down again, step by step, and leaves nothing behind', async () => {
  const before = []
  const pending = await migrator.pending()
  expect(pending.length).toBeGreaterThan(3)
  for (const _each of pending) {
    before.push(await schema())
    await migrator.up({ step: 1 })
    expect(await schema()).not.toEqual(before.at(-1))
  }
  const complete = await schema()
  expect(await migrator.pending()).toEqual([])

  for (const expected of before.toReversed()) {
    await migrator.down({ step: 1 })
    expect(await schema()).toEqual(expected)
  }
  expect(await migrator.executed()).toEqual([])

  await migrator.up()
  expect(await schema()).toEqual(complete)
  expect(await rowCounts()).toMatchObject([{ name: 'admin' }, { name: 'user' }])
})

test('a second run of up changes nothing', async () => {
  await migrator.up()
  const [complete, roles] = [await schema(), await rowCounts()]
  expect(await migrator.up()).toEqual([])
  expect(await schema()).toEqual(complete)
  expect(await rowCounts()).toEqual(roles)
})
