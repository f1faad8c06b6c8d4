import sqlite3 from 'sqlite3'

// Above this, emptying the cache is cheaper.
const ROWS_AT_MOST = 10_000
const BUSY_TIMEOUT = 100

// One statement, so that the newest id and the rows come from one snapshot.
const READ = `
  SELECT newest.id AS newest, change.payload AS payload
  FROM (SELECT max(id) AS id FROM Invalidations) AS newest
  LEFT JOIN (SELECT id, payload FROM Invalidations WHERE id > $1 ORDER BY id LIMIT ${ROWS_AT_MOST}) AS change
  ORDER BY change.id`

/** Looks at the $1 oldest rows, and keeps the newest row, the readers' position. */
export const pruneInvalidations = `
  DELETE FROM Invalidations
  WHERE id IN (SELECT id FROM Invalidations ORDER BY id LIMIT $1)
    AND id < (SELECT max(id) FROM Invalidations)
    AND datetime(createdAt) < datetime('now', '-1 hour')`

type Row = { newest: number | null; payload: unknown }

/** `newest` is 0 if there are none; payloads are oldest first. */
export type Reading = { newest: number; payloads: unknown[] }

export type SqliteReader = {
  read(position: number | undefined): Promise<Reading>
  /** Never rejects. */
  close(): Promise<void>
}

/** @throws Error if the file or its table `Invalidations` is missing */
export async function openSqliteReader(path: string): Promise<SqliteReader> {
  const database = await openReadOnly(path)
  const statement = await prepare(database).catch(async error => {
    await closeDatabase(database)
    throw error
  })

  return {
    read: async position => toReading(await allRows(statement, position ?? Number.MAX_SAFE_INTEGER)),
    async close() {
      await new Promise<void>(resolve => statement.finalize(() => resolve()))
      await closeDatabase(database)
    },
  }
}

function toReading(rows: Row[]): Reading {
  return { newest: rows[0]?.newest ?? 0, payloads: rows.map(row => row.payload).filter(payload => payload !== null) }
}

function openReadOnly(path: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, sqlite3.OPEN_READONLY, error =>
      error ? reject(error) : resolve(database),
    )
    database.configure('busyTimeout', BUSY_TIMEOUT)
  })
}

function prepare(database: sqlite3.Database): Promise<sqlite3.Statement> {
  return new Promise((resolve, reject) => {
    const statement = database.prepare(READ, (error: Error | null) => (error ? reject(error) : resolve(statement)))
  })
}

function allRows(statement: sqlite3.Statement, position: number): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all<Row>([position], (error, rows) => (error ? reject(error) : resolve(rows)))
  })
}

function closeDatabase(database: sqlite3.Database): Promise<void> {
  return new Promise(resolve => database.close(() => resolve()))
}
