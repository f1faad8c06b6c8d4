import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../configs/database.ts'
import { type Env, loadEnv } from '../../configs/env.ts'
import { createLogger, type Logger } from '../../configs/logger.ts'
import { createMigrator, type Migrator } from '../../configs/migrations.ts'
import { hours, minutes } from '../../src/durations.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

let own: TestDatabase
let database: Database
let env: Env
let logger: Logger
let migrator: Migrator
beforeEach(async () => {
  own = await createEmptyDatabase()
  env = loadEnv({
    NODE_ENV: 'test',
    DATABASE_URL: own.url,
    LOG_LEVEL: 'error',
    SESSION_SECRET: 'test-only-secret-test-only-secret-test-only',
    ENCRYPTION_KEYS: 'test-only-key-test-only-key-test-only-key-test',
  })
  logger = createLogger(env, () => undefined)
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
      WHERE connamespace = 'public'::regnamespace AND conrelid IS DISTINCT FROM to_regclass('"Migrations"')`,
    `SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`,
    `SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  ],
}

async function schema() {
  const parts = await Promise.all(SCHEMA[database.dialect].map(sql => database.sequelize.query(sql)))
  // SQLite quotes the name of a renamed table in its own way.
  return parts.map(([rows]) => rows.map(row => JSON.stringify(row).replaceAll('`', '\\"')).sort())
}
/** A migration may also grant a permission. */
async function state() {
  const tables = JSON.stringify(await database.sequelize.getQueryInterface().showAllTables())
  return [...(await schema()), tables.includes('Roles') ? await rowCounts() : []]
}
async function rowCounts() {
  const [rows] = await database.sequelize.query('SELECT "name", "permissions" FROM "Roles" ORDER BY "name"')
  return rows
}

test(
  'each migration goes up and comes down again, step by step, and leaves nothing behind',
  async () => {
    const before = []
    const pending = await migrator.pending()
    expect(pending.length).toBeGreaterThan(3)
    for (const _each of pending) {
      before.push(await state())
      await migrator.up({ step: 1 })
      expect(await state()).not.toEqual(before.at(-1))
    }
    const complete = await state()
    expect(await migrator.pending()).toEqual([])

    for (const expected of before.toReversed()) {
      await migrator.down({ step: 1 })
      expect(await state()).toEqual(expected)
    }
    expect(await migrator.executed()).toEqual([])

    await migrator.up()
    expect(await state()).toEqual(complete)
    expect(await rowCounts()).toMatchObject([{ name: 'admin' }, { name: 'user' }])
  },
  minutes(3),
)

test('a second run of up changes nothing', async () => {
  await migrator.up()
  const [complete, roles] = [await schema(), await rowCounts()]
  expect(await migrator.up()).toEqual([])
  expect(await schema()).toEqual(complete)
  expect(await rowCounts()).toEqual(roles)
})

test('four starts at once on an empty database: each migration is applied by one of them, and none fails', async () => {
  const others = await Promise.all([1, 2, 3].map(() => openDatabase(env, logger)))
  const migrators = [migrator, ...others.map(other => createMigrator(other, logger))]
  try {
    const applied = await Promise.all(migrators.map(each => each.up()))
    expect(applied.flat().sort()).toEqual(await migrator.executed())
    expect(await migrator.pending()).toEqual([])
    expect(await rowCounts()).toHaveLength(2)
  } finally {
    await Promise.all(others.map(other => other.close()))
  }
})

describe('a migration that fails in its middle', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'latchkey-migrations-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const write = (name: string, up: string, down = '') =>
    writeFile(
      path.join(directory, name),
      `export const up = async ({ sequelize }) => { ${up} }; export const down = async ({ sequelize }) => { ${down} }`,
    )
  const sql = (statement: string) => `await sequelize.query('${statement}');`
  const fails = 'throw new Error("no power");'

  test('up or down, leaves nothing of itself, and those before it stay', async () => {
    await write('1-whole.ts', sql('CREATE TABLE whole (a INTEGER)'), sql('DROP TABLE whole') + fails)
    await write('2-half.ts', sql('CREATE TABLE half (a INTEGER)') + fails)
    const broken = createMigrator(database, logger, directory)
    await expect(broken.up()).rejects.toThrow('Migration 2-half failed and was taken back: no power.')
    expect(await broken.executed()).toEqual(['1-whole'])
    const tables = await database.sequelize.getQueryInterface().showAllTables()
    expect(JSON.stringify(tables)).toContain('whole')
    expect(JSON.stringify(tables)).not.toContain('half')

    await expect(broken.down()).rejects.toThrow('Migration 1-whole failed and was taken back')
    expect(await broken.executed()).toEqual(['1-whole'])
    await database.sequelize.query('SELECT * FROM whole')
  })

  test('that an older version left half applied is said in one line, and gone on with once it can be', async () => {
    const [first = ''] = await migrator.pending()
    const { up, down } = await import(`../../migrations/${first}.ts`)
    const queryInterface = database.sequelize.getQueryInterface()
    await up(queryInterface)
    const words = new RegExp(
      `^Migration ${first} failed .* already exists\\. A start of .* half applied: restore a backup.*$`,
    )
    await expect(migrator.up()).rejects.toThrow(words)
    await down(queryInterface)
    expect(await migrator.up()).toContain(first)
  })
})

describe('users without an email address', () => {
  const MIGRATION = '20261127000110-users-without-email'
  const ID = '6a0a4a1c-9d43-4b8e-8a52-1f1d7e6d2b01'
  const NOW = "'2026-11-27 10:00:00.000 +00:00'"
  const sql = async (statement: string) => (await database.sequelize.query(statement))[0] as Record<string, unknown>[]
  const user = (id: string, email: string | null, username: string) =>
    sql(`INSERT INTO "Users" ("id", "email", "username", "name", "createdAt", "updatedAt", "securityVersion")
      VALUES ('${id}', ${email === null ? 'NULL' : `'${email}'`}, '${username}', 'Ada', ${NOW}, ${NOW}, 3)`)
  const withAddress = (id: string) => id.replace(/01$/, '02')

  /** Rows of every kind that goes with its user. */
  async function fill() {
    await user(ID, 'ada@example.org', 'ada')
    await sql(`INSERT INTO "UserRoles" SELECT '${ID}', "id", ${NOW}, ${NOW} FROM "Roles"`)
    await sql(`INSERT INTO "Sessions" ("sid", "publicId", "userId", "data", "version", "secretId", "renew", "createdAt", "lastSeenAt",
        "expires", "absoluteExpires") SELECT 's', '${ID}', "id", '{}', 1, 'x', ${database.dialect === 'sqlite' ? 0 : 'false'},
        ${NOW}, ${NOW}, '2099-01-01', '2099-01-01' FROM "Users"`)
    await sql(`INSERT INTO "ApiTokens" ("id", "userId", "tokenHash", "name", "scopes", "expires", "createdAt")
      VALUES ('t', '${ID}', 'h', 'n', '[]', '2099-01-01', ${NOW})`)
    await sql(`INSERT INTO "UserSearchKeys" VALUES ('ada', '${ID}')`)
    await sql(
      `INSERT INTO "RecoveryCodes" ("id", "userId", "codeHash", "createdAt") VALUES ('${ID}', '${ID}', 'c', ${NOW})`,
    )
  }
  const CHILDREN = ['UserRoles', 'Sessions', 'ApiTokens', 'UserSearchKeys', 'RecoveryCodes']
  const rowsOf = (tables: string[]) => Promise.all(tables.map(table => sql(`SELECT * FROM "${table}" ORDER BY 1, 2`)))

  test('become possible, and come to an end, without a change to any other row, trigger or foreign key', async () => {
    const before = (await migrator.pending()).indexOf(MIGRATION)
    await migrator.up({ step: before })
    await fill()
    const [oldSchema, rows] = [await schema(), await rowsOf(['Users', ...CHILDREN])]
    expect(rows.map(({ length }) => length)).toEqual([1, 2, 1, 1, 1, 1])
    await expect(user(withAddress(ID), null, 'bob')).rejects.toThrow()

    await migrator.up({ step: 1 })
    expect(await rowsOf(['Users', ...CHILDREN])).toEqual(rows)
    await user(withAddress(ID), null, 'bob')
    await expect(user(withAddress(ID).replace(/^6/, '7'), 'ada@example.org', 'eve')).rejects.toThrow()

    await expect(migrator.down()).rejects.toThrow(
      `Migration ${MIGRATION} failed and was taken back: Users without an email address: 1. Give each an address or delete it first.`,
    )
    await sql(`DELETE FROM "Users" WHERE "email" IS NULL`)
    await migrator.down()
    expect(await rowsOf(['Users', ...CHILDREN])).toEqual(rows)
    expect(await schema()).toEqual(oldSchema)
  })

  test('rows that refer to a user are still held to it, and its changes are still announced', async () => {
    await migrator.up()
    await fill()
    await expect(sql(`INSERT INTO "UserSearchKeys" VALUES ('x', '${withAddress(ID)}')`)).rejects.toThrow()
    if (database.dialect === 'sqlite') await sql('DELETE FROM "Invalidations"')
    await sql(`UPDATE "Users" SET "email" = NULL`)
    await sql(`DELETE FROM "Users"`)
    expect((await rowsOf(CHILDREN)).flat()).toEqual([])
    if (database.dialect === 'postgres') return
    const payloads = (await sql('SELECT "payload" FROM "Invalidations"')).map(({ payload }) => payload)
    expect(payloads.filter(payload => payload === `user:${ID}`).length).toBeGreaterThanOrEqual(2)
    expect(payloads).toContain(`session:${ID}`)
  })

  if (process.env.TEST_DATABASE === 'sqlite')
    test('keep what a fork added to the table: a column, a trigger, a view', async () => {
      await migrator.up({ step: (await migrator.pending()).indexOf(MIGRATION) })
      await sql(`ALTER TABLE "Users" ADD COLUMN "team" TEXT DEFAULT 'a "quoted" one'`)
      await sql(`CREATE VIEW "People" AS SELECT "name", "team" FROM "Users"`)
      await sql(`CREATE TRIGGER "roles_touch" AFTER INSERT ON "UserRoles" BEGIN UPDATE "Users" SET "team" = 'b'; END`)
      await sql(`CREATE TRIGGER "users_touch" AFTER UPDATE OF "name" ON "Users" BEGIN DELETE FROM "ApiTokens"; END`)
      await fill()
      await migrator.up()
      await sql(`UPDATE "Users" SET "name" = 'Ada King'`)
      expect(await sql('SELECT * FROM "People"')).toEqual([{ name: 'Ada King', team: 'b' }])
      expect((await rowsOf(['ApiTokens'])).flat()).toEqual([])
    })
})

test('the last sign-in and the second factor of users who were there before are known', async () => {
  const MIGRATION = '20261128000070-sign-ins-and-factors-of-users'
  const ids = [1, 2, 3, 4].map(number => `6a0a4a1c-9d43-4b8e-8a52-1f1d7e6d2b0${number}`)
  const sql = async (statement: string) => (await database.sequelize.query(statement))[0] as Record<string, unknown>[]
  await migrator.up({ step: (await migrator.pending()).indexOf(MIGRATION) })
  for (const [index, id] of ids.entries())
    await sql(`INSERT INTO "Users" ("id", "username", "name", "createdAt", "updatedAt", "securityVersion", "firstSignInAt")
      VALUES ('${id}', 'user${index}', 'Ada', '2026-01-01', '2026-01-01', 0, ${index === 1 ? "'2026-02-02 00:00:00.000 +00:00'" : 'NULL'})`)
  const event = (seq: number, at: string, name: string) =>
    sql(`INSERT INTO "AuditEvents" ("seq", "at", "event", "userId", "details", "previousHash", "hash", "keyId")
      VALUES (${seq}, '${at}', '${name}', '${ids[0]}', '{}', '', '', '')`)
  await event(1, '2026-03-03T10:00:00.000Z', 'authn_login_success')
  await event(2, '2026-04-04T10:00:00.123Z', 'authn_login_success')
  await event(3, '2026-05-05T10:00:00.000Z', 'authn_login_fail')
  const secret = (id: string | undefined, confirmedAt: string) =>
    sql(`INSERT INTO "TotpSecrets" ("userId", "secret", "confirmedAt", "lastStep", "createdAt")
      VALUES ('${id}', 's', ${confirmedAt}, 0, '2026-01-01')`)
  await secret(ids[0], "'2026-01-01'")
  await secret(ids[1], 'NULL')
  await sql(`INSERT INTO "Passkeys" ("id", "userId", "credentialId", "publicKey", "counter", "transports", "name", "createdAt")
    VALUES ('${ids[2]}', '${ids[2]}', 'c', 'k', 0, '[]', 'Key', '2026-01-01')`)

  await migrator.up({ step: 1 })
  const standing = async () =>
    (await sql('SELECT "lastSignInAt", "secondFactor" FROM "Users" ORDER BY "id"')).map(
      ({ lastSignInAt, secondFactor }) => [
        lastSignInAt && new Date(lastSignInAt as string).toISOString(),
        !!secondFactor,
      ],
    )
  expect(await standing()).toEqual([
    ['2026-04-04T10:00:00.123Z', true],
    ['2026-02-02T00:00:00.000Z', false],
    [null, true],
    [null, false],
  ])

  await sql(`UPDATE "TotpSecrets" SET "confirmedAt" = '2026-01-02' WHERE "userId" = '${ids[1]}'`)
  await sql(`DELETE FROM "TotpSecrets" WHERE "userId" = '${ids[0]}'`)
  await sql('DELETE FROM "Passkeys"')
  expect((await standing()).map(([, factor]) => factor)).toEqual([false, true, false, false])
  await sql('DELETE FROM "Users"')
  expect(await sql('SELECT 1 FROM "TotpSecrets"')).toEqual([])
})

test('events of the last day are counted by hour, those before the upgrade and those after it', async () => {
  const MIGRATION = '20261129000010-event-hours'
  const sql = async (statement: string) => (await database.sequelize.query(statement))[0] as Record<string, unknown>[]
  const at = (hoursAgo: number) => new Date(Date.now() - hours(hoursAgo)).toISOString()
  const event = (seq: number, hoursAgo: number, name: string) =>
    sql(`INSERT INTO "AuditEvents" ("seq", "at", "event", "details", "previousHash", "hash", "keyId")
      VALUES (${seq}, '${at(hoursAgo)}', '${name}', '{}', '', '', '')`)
  const counts = async () =>
    (await sql('SELECT * FROM "EventHours" ORDER BY "hour", "event"')).map(row => Object.values(row))
  await migrator.up({ step: (await migrator.pending()).indexOf(MIGRATION) })
  await event(1, 48, 'authn_login_fail')
  await event(2, 3, 'authn_login_fail')
  await event(3, 3, 'authn_login_fail')
  await event(4, 3, 'authn_login_success')

  await migrator.up({ step: 1 })
  await event(5, 3, 'authn_login_fail')
  await event(6, 2, 'authn_login_fail')
  const hour = (hoursAgo: number) => at(hoursAgo).slice(0, 13)
  expect(await counts()).toEqual([
    [hour(3), 'authn_login_fail', 3],
    [hour(3), 'authn_login_success', 1],
    [hour(2), 'authn_login_fail', 1],
  ])

  await migrator.down()
  await event(7, 1, 'authn_login_fail')
  const [{ total } = {}] = await sql('SELECT SUM("count") AS "total" FROM "EventCounts"')
  expect(Number(total)).toBe(7)
})

describe('the language of users', () => {
  const MIGRATION = '20261129000030-languages-of-users'
  const ID = '6a0a4a1c-9d43-4b8e-8a52-1f1d7e6d2b01'
  const sql = async (statement: string) => (await database.sequelize.query(statement))[0] as Record<string, unknown>[]
  const users = () => sql('SELECT * FROM "Users" ORDER BY "id"')

  test('comes and goes without a change to any other column, trigger or index, and its changes are announced', async () => {
    await migrator.up({ step: (await migrator.pending()).indexOf(MIGRATION) })
    for (const id of [ID, ID.replace(/01$/, '02')])
      await sql(`INSERT INTO "Users" ("id", "email", "name", "createdAt", "updatedAt") VALUES
        ('${id}', '${id}@example.org', 'Ada', '2026-11-27 10:00:00.000 +00:00', '2026-11-27 10:00:00.000 +00:00')`)
    const [before, rows] = [await schema(), await users()]
    await migrator.up({ step: 1 })
    expect(await users()).toEqual(rows.map(row => ({ ...row, language: null })))
    if (database.dialect === 'sqlite') await sql('DELETE FROM "Invalidations"')
    await sql(`UPDATE "Users" SET "language" = 'de' WHERE "id" = '${ID}'`)
    if (database.dialect === 'sqlite')
      expect(await sql('SELECT "payload" FROM "Invalidations"')).toEqual([{ payload: `user:${ID}` }])
    await migrator.down()
    expect(await users()).toEqual(rows)
    expect(await schema()).toEqual(before)
  })
})
