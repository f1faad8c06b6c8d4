import { type Client, escapeIdentifier, escapeLiteral } from 'pg'
import { codeOf } from '../error-code.ts'
import { stampOf } from './files.ts'
import { withClient } from './postgres-client.ts'
import { runProgram } from './postgres-programs.ts'
import { DatabaseInUse, type Place, type Replaced, type Scratch } from './scratch.ts'

/** Of 63, the rest is for `_restore_` and the time. */
const NAME_LENGTH = 38
const NOT_ALLOWED = '42501'
const IN_USE = '55006'

/** The role lacks a right; `statements` are for a superuser. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
  readonly statements: string[]

  constructor(message: string, statements: string[]) {
    super(message)
    this.statements = statements
  }
}

/** @param url of the database, which may be absent */
export function postgresPlace(url: string): Place {
  const name = nameIn(url)
  return {
    name: `the database ${name}`,
    demandUnused: () => beside(url, client => demandUnused(client, name)),
    load: backup => beside(url, client => loadDump(client, url, backup)),
  }
}

async function loadDump(client: Client, url: string, backup: string): Promise<Scratch> {
  const names = namesFor(nameIn(url))
  const scratchUrl = urlOf(url, names.scratch)
  await createLike(client, names)
  let isLeft = false

  async function discard() {
    if (isLeft) return
    await beside(url, other => other.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(names.scratch)}`))
  }

  async function putInPlace() {
    try {
      return await beside(url, other => swap(other, names))
    } catch (error) {
      // The operator goes on by hand.
      isLeft = error instanceof NotAllowed
      throw error
    }
  }

  try {
    await runProgram('pg_restore', ['--no-owner', '--exit-on-error', '--single-transaction', backup], scratchUrl)
  } catch (error) {
    await discard()
    throw error
  }
  return { url: scratchUrl, putInPlace, discard }
}

type Names = { own: string; scratch: string; kept: string }

function namesFor(own: string): Names {
  const stamp = stampOf(new Date()).toLowerCase()
  const start = own.slice(0, NAME_LENGTH)
  return { own, scratch: `${start}_restore_${stamp}`, kept: `${start}_before_${stamp}` }
}

/** Both renames in one transaction. */
async function swap(client: Client, { own, scratch, kept }: Names): Promise<Replaced> {
  const old = await describe(client, own)
  const renames = [...(old ? [renamed(own, kept)] : []), renamed(scratch, own)]
  await client.query(`BEGIN; ${renames.join('; ')}; COMMIT`).catch(error => {
    if (codeOf(error) === IN_USE) throw inUse(own)
    if (codeOf(error) !== NOT_ALLOWED) throw error
    throw new NotAllowed(
      `The backup is ready as the database ${scratch}, but this role may not rename ${own}.`,
      renames,
    )
  })
  return { kept: old && `the database ${kept}`, notCopied: old?.settings ?? [] }
}

/** With the encoding and locale of the database that it replaces. */
async function createLike(client: Client, { own, scratch }: Names) {
  const like = await describe(client, own)
  const locale = like
    ? `ENCODING ${escapeLiteral(like.encoding)} LC_COLLATE ${escapeLiteral(like.collate)} LC_CTYPE ${escapeLiteral(like.ctype)}`
    : ''
  try {
    await client.query(`CREATE DATABASE ${escapeIdentifier(scratch)} TEMPLATE template0 ${locale}`)
  } catch (error) {
    if (codeOf(error) !== NOT_ALLOWED) throw error
    const role = client.user ?? ''
    throw new NotAllowed(`A backup is checked in a database of its own, and the role ${role} may not create one.`, [
      `ALTER ROLE ${escapeIdentifier(role)} CREATEDB`,
    ])
  }
}

type Described = { encoding: string; collate: string; ctype: string; settings: string[] }

async function describe(client: Client, name: string): Promise<Described | undefined> {
  const { rows } = await client.query<Described>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype,
       ARRAY(
         SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0
         UNION ALL SELECT 'privileges ' || d.datacl::text WHERE d.datacl IS NOT NULL
       ) AS settings
     FROM pg_database d WHERE datname = $1`,
    [name],
  )
  return rows[0]
}

/** Autovacuum has no user and gives way. */
async function demandUnused(client: Client, name: string) {
  const { rows } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND usesysid IS NOT NULL', [
    name,
  ])
  if (rows.length > 0) throw inUse(name)
}

const inUse = (name: string) => new DatabaseInUse(`Another process is connected to the database ${name}.`)

const renamed = (from: string, to: string) =>
  `ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${escapeIdentifier(to)}`

/** Works from another database, because nobody may be connected to one that is renamed. */
function beside<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const other = nameIn(url) === 'postgres' ? 'template1' : 'postgres'
  return withClient(urlOf(url, other), work)
}

const nameIn = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1))

function urlOf(url: string, name: string) {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}
