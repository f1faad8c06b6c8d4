import sqlite3 from 'sqlite3'

// More than this at once is cheaper to answer by emptying the cache.
const ROWS_AT_MOST = 10_000
const BUSY_TIMEOUT = 100

// One statement, so the newest id and the rows belong to one snapshot. Asking `PRAGMA data_version` first saves nothing:
// the cost is the way to the thread pool and back.
const READ = `
  SELECT newest.id AS newest, change.payload AS payload
  FROM (SELECT max(id) AS id FROM Invalidations) AS newest
  LEFT JOIN (SELECT id, payload FROM Invalidations WHERE id > $1 ORDER BY id LIMIT ${ROWS_AT_MOST}) AS change
  ORDER BY change.id`

/**
 * SQLite only: drops invalidations over an hour old from among the $1 oldest rows, so that one run is short whatever the
 * size of the table; run it again while it changes as many rows as it was allowed. The newest row stays, as it tells the
 * readers their position. A reader that missed pruned rows takes everything for changed.
 */
export const pruneInvalidations = `
  DELETE FROM Invalidations
  WHERE id IN (SELECT id FROM Invalidations ORDER BY id LIMIT $1)
    AND id < (SELECT max(id) FROM Invalidations)
    AND datetime(createdAt) < datetime('now', '-1 hour')`

type Row = { newest: number | null; payload: unknown }

/** The newest id (0: none) and the payloads after the position, oldest first. */
export type Reading = { newest: number; payloads: unknown[] }

export type SqliteReader = {
  /** Without a position: only the newest id. */
  read(position: number | undefined): Promise<Reading>
  /** Never rejects. */
  close(): Promise<void>
}

/** @throws Error when the file or its table `Invalidations` is missing. */
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
