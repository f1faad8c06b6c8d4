import { DatabaseSync } from 'node:sqlite'

/** SQL for a fresh version 4 UUID. */
export const UUID = `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
  || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`

/** Edits the file of a server that is not running, in one transaction; what triggers announce meanwhile is for nobody. */
export function editDatabase(file: string, edit: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA foreign_keys = OFF; BEGIN')
    database.exec('CREATE TEMP TABLE template_session AS SELECT * FROM "Sessions" ORDER BY "createdAt" LIMIT 1')
    edit(database)
    database.exec('DELETE FROM "Invalidations"; COMMIT')
  } finally {
    database.close()
  }
}

/** Copies `template` rows once per row of the other table in `from`; `changes` are SQL expressions by column. */
export function copyRows(database: DatabaseSync, table: string, from: string, changes: Record<string, string>): void {
  const columns = database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(row => String(row.name))
  const values = columns.map(column => changes[column] ?? `template."${column}"`)
  const names = columns.map(column => `"${column}"`)
  database.exec(`INSERT INTO "${table}" (${names.join()}) SELECT ${values.join()} FROM ${from}`)
}

export function shiftTimes(database: DatabaseSync, shift: string, where: string): void {
  const columns = ['createdAt', 'lastSeenAt', 'expires', 'absoluteExpires']
  const changes = columns.map(name => `"${name}" = strftime('%Y-%m-%d %H:%M:%f +00:00', "${name}", '${shift}')`)
  database.exec(`UPDATE "Sessions" SET ${changes.join()} WHERE ${where}`)
}

export function countRows(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT count(*) AS total FROM "${table}"`).get()?.total)
}

export function numbers(count: number): string {
  return `WITH RECURSIVE counter(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counter WHERE number < ${count})
    SELECT number FROM counter`
}
