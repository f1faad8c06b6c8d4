import { DatabaseSync } from 'node:sqlite'
import { register, signIn } from './accounts.ts'
import { cookieLine } from './cookies.ts'
import type { SeededSession } from './population.ts'
import { copyRows, countRows, editDatabase, numbers, shiftTimes, UUID } from './seed-rows.ts'
import { startServer } from './server.ts'
import { latchkey } from './subjects/latchkey.ts'

/**
 * Makes a Latchkey database with these sessions, each of its own user. A real server creates the schema and one real
 * sign-in; the rows are copies of what that left, so they have whatever form the server gives them today.
 */
export async function fillDatabase(file: string, sessions: SeededSession[]): Promise<void> {
  const server = await startServer(latchkey(file))
  try {
    await register(server.origin)
    await signIn(server.origin)
  } finally {
    await server.stop()
  }
  editDatabase(file, database => copyTemplate(database, sessions))
}

/** The e-mail address of a seeded user; the password is the template's. */
export function seededEmail(userNumber: number): string {
  return `user${userNumber}@example.com`
}

/** Adds live sessions of the users that exist, in turn, until the table has `total` rows. */
export function growTable(file: string, total: number): void {
  editDatabase(file, database => {
    const missing = total - countRows(database, 'Sessions')
    const owner = `"Users" AS owner ON owner.rowid = 1 + filler.number % ${countRows(database, 'Users')}`
    database.exec(`CREATE TEMP TABLE filler AS ${numbers(missing)}`)
    copyRows(database, 'Sessions', `filler JOIN ${owner}, template_session AS template`, {
      sid: 'lower(hex(randomblob(16)))',
      publicId: UUID,
      userId: 'owner.id',
      data: 'replace(template."data", template."userId", owner.id)',
    })
  })
}

/** Moves every `nth` session so far into the past that it is over, and its end is past remembering. */
export function expireEvery(file: string, nth: number): void {
  editDatabase(file, database => shiftTimes(database, '-60 days', `rowid % ${nth} = 0`))
}

/** Makes it an hour since these sessions were last seen, so that the next request has to write that. */
export function makeTouchDue(file: string, sessions: SeededSession[]): void {
  const sids = sessions.map(({ sid }) => `'${sid}'`)
  editDatabase(file, database => shiftTimes(database, '-1 hour', `"sid" IN (${sids.join()})`))
}

/** Cookies of live sessions drawn from the whole table. */
export function drawCookies(file: string, count: number): string[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const live = `"expires" > strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')`
    const rows = database.prepare(`SELECT "sid" FROM "Sessions" WHERE ${live} ORDER BY random() LIMIT ?`).all(count)
    return rows.map(({ sid }) => cookieLine(String(sid)))
  } finally {
    database.close()
  }
}

function copyTemplate(database: DatabaseSync, sessions: SeededSession[]): void {
  database.exec('CREATE TEMP TABLE wanted (sid TEXT, number INTEGER, userId TEXT)')
  const insert = database.prepare(`INSERT INTO wanted VALUES (?, ?, ${UUID})`)
  for (const { sid, userNumber } of sessions) insert.run(sid, userNumber)
  copyRows(database, 'Users', 'wanted, (SELECT * FROM "Users" LIMIT 1) AS template', {
    id: 'wanted.userId',
    email: `'user' || wanted.number || '@example.com'`,
    username: 'NULL',
  })
  copyRows(database, 'UserRoles', 'wanted, (SELECT * FROM "UserRoles") AS template', { userId: 'wanted.userId' })
  copyRows(database, 'Sessions', 'wanted, template_session AS template', {
    sid: 'wanted.sid',
    publicId: UUID,
    userId: 'wanted.userId',
    data: 'replace(template."data", template."userId", wanted.userId)',
  })
}
