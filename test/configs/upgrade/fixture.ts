import { copyFile, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import type { SavedCredential } from '../../support/authenticator.ts'
import { createEmptyDatabase, type TestDatabase } from '../../support/database.ts'

/** The secrets of a filled database: test-only, and nowhere else in use. Cookies stand as `name=value`, links as their secret. */
export type Fixture = {
  madeAt: string
  settings: { BASE_URL: string; SESSION_SECRET: string; ENCRYPTION_KEYS: string }
  /** Of everybody. */
  password: string
  app: { secret: string; recoveryCodes: string[] }
  passkey: { credential: SavedCredential; recoveryCodes: string[] }
  recoveryCodes: string[]
  tokens: Record<'root' | 'paul' | 'auditor' | 'revoked', string>
  cookies: Record<'root' | 'pending' | 'piaRemembered' | 'paulRemembered' | 'paulAgain' | 'moving' | 'ended', string>
  devices: Record<'trustedOfRoot' | 'knownOfMoving', string>
  links: Record<'unverified' | 'notMe' | 'confirm' | 'undo' | 'reset' | 'invitation', string>
}

/**
 * A copy of the database that a release left behind, in the dialect of this run, as if it had been left behind a second ago: every column
 * that holds a time is moved by the age of the fixture, because links last minutes and sessions a day. The times inside of audit events
 * are hashed and stay.
 */
export async function restoreFixture(release: string): Promise<{ database: TestDatabase; fixture: Fixture }> {
  const dialect = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite'
  const from = path.join(import.meta.dirname, release)
  const fixture = JSON.parse(await readFile(path.join(from, `${dialect}.json`), 'utf8')) as Fixture
  const database = await createEmptyDatabase()
  const age = Math.floor((Date.now() - Date.parse(fixture.madeAt)) / 1000)
  if (dialect === 'postgres') await restorePostgres(database.url, path.join(from, 'postgres.sql'), age)
  else await restoreSqlite(database.url.slice('sqlite:'.length), path.join(from, 'sqlite.db'), age)
  return { database, fixture }
}

async function restorePostgres(url: string, dump: string, age: number) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(await readFile(dump, 'utf8'))
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'`,
    )
    for (const { table, column } of rows)
      await client.query(`UPDATE public."${table}" SET "${column}" = "${column}" + interval '${age} seconds'`)
    await client.query(`UPDATE public."RateLimits" SET "expire" = "expire" + ${age * 1000}`)
  } finally {
    await client.end()
  }
}

async function restoreSqlite(file: string, from: string, age: number) {
  await copyFile(from, file)
  const { default: sqlite3 } = await import('sqlite3')
  const database = new sqlite3.Database(file)
  const all = <Row>(sql: string) =>
    new Promise<Row[]>((resolve, reject) => {
      database.all(sql, (error: Error | null, rows: Row[]) => (error ? reject(error) : resolve(rows)))
    })
  const columns = await all<{ table: string; column: string }>(
    `SELECT m."name" AS "table", c."name" AS "column" FROM "sqlite_master" m, pragma_table_info(m."name") c
      WHERE m."type" = 'table' AND c."type" = 'DATETIME'`,
  )
  for (const { table, column } of columns)
    await all(
      `UPDATE "${table}" SET "${column}" = strftime('%Y-%m-%d %H:%M:%f +00:00', substr("${column}", 1, 23), '+${age} seconds')
        WHERE "${column}" IS NOT NULL`,
    )
  await all(`UPDATE "RateLimits" SET "expire" = "expire" + ${age * 1000}`)
  await new Promise<void>(resolve => database.close(() => resolve()))
}
