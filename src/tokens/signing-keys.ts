import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Database, DatabaseUnavailable } from '../../configs/database.ts'
import { days, minutes } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'

/** The longest an access token may live, and so the longest that a replaced key is still needed. */
export const ACCESS_TOKEN_LONGEST = minutes(10)

/** For processes that have not yet heard of the newer key and still sign with the older. */
const PICK_UP = minutes(1)

/** How long a superseded key stays in the list. */
const REMEMBERED = days(90)

type Row = {
  serial: number
  kid: string
  publicJwk: string
  sealedJwk: string | null
  createdAt: Date | string
  retiredAt: Date | string | null
}

/** One signing key; times are milliseconds of the epoch. */
export type StoredKey = {
  serial: number
  kid: string
  publicJwk: string
  sealedJwk: string | null
  createdAt: number
  retiredAt: number | null
  /** Until when its signatures count; infinite for the newest. */
  verifiesUntil: number
}

export type SigningKeys = ReturnType<typeof createSigningKeys>

/** The table `SigningKeys`: Ed25519 (RFC 8037), private parts sealed. The key of the highest serial signs. */
export function createSigningKeys(database: Database, sealer: Sealer) {
  const sql = prepare(database)

  /** @returns whether it is this process that made the key of this serial */
  async function make(serial: number): Promise<boolean> {
    const { kid, publicJwk, privateJwk } = await newKeyPair()
    const sealed = sealer.seal(JSON.stringify(privateJwk), contextOf(kid))
    const made = await sql.insert.run(serial, kid, JSON.stringify(publicJwk), sealed, new Date())
    if (made === 1) await sql.wipe.run(serial)
    return made === 1
  }

  return {
    /** The newest first. */
    list: async (): Promise<StoredKey[]> => keysOf(await sql.list.all<Row>().catch(unavailable)),

    make,

    /** Drops keys that verify nothing any more and are no longer worth showing. */
    forgetOld: () => sql.forget.run(new Date(Date.now() - REMEMBERED)),

    /** @returns whether there was such a key that was not retired yet */
    retire: async (kid: string): Promise<boolean> => (await sql.retire.run(new Date(), kid)) === 1,

    /** The private JWK as JSON. @throws CannotOpen where ENCRYPTION_KEYS lacks the key that sealed it */
    open: async ({ kid, sealedJwk }: StoredKey): Promise<string> => {
      const { text, outdated } = sealer.open(sealedJwk ?? '', contextOf(kid))
      if (outdated) await sql.reseal.run(sealer.seal(text, contextOf(kid)), kid, sealedJwk)
      return text
    },
  }
}

/** A pair and its thumbprint (RFC 7638) as its id: never one that a command would take for an option, because it begins with a dash. */
export async function newKeyPair(): Promise<{ kid: string; publicJwk: JWK; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return kid.startsWith('-') ? newKeyPair() : { kid, publicJwk, privateJwk: await exportJWK(privateKey) }
}

/** Whether the newest key still may sign, or a newer one is due. */
export function isCurrent(newest: StoredKey | undefined, age: number): boolean {
  return (
    newest !== undefined &&
    newest.retiredAt === null &&
    newest.sealedJwk !== null &&
    Date.now() - newest.createdAt < age
  )
}

const contextOf = (kid: string) => `signing-key:${kid}`

/** @param rows the highest serial first: each key is superseded by the one before it in the list */
function keysOf(rows: Row[]): StoredKey[] {
  return rows.map((row, at) => {
    const newer = rows[at - 1]
    return {
      ...row,
      createdAt: new Date(row.createdAt).getTime(),
      retiredAt: row.retiredAt === null ? null : new Date(row.retiredAt).getTime(),
      verifiesUntil: newer
        ? new Date(newer.createdAt).getTime() + ACCESS_TOKEN_LONGEST + PICK_UP
        : Number.POSITIVE_INFINITY,
    }
  })
}

function unavailable(cause: unknown): never {
  throw new DatabaseUnavailable('signing keys cannot be read', { cause })
}

function prepare(database: Database) {
  return {
    list: database.statement('SELECT * FROM "SigningKeys" ORDER BY "serial" DESC'),

    /** Of several processes that make a key at once, one does. */
    insert: database.statement(`
    INSERT INTO "SigningKeys" ("serial", "kid", "publicJwk", "sealedJwk", "createdAt") VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT ("serial") DO NOTHING`),

    /** $1 serial of the newest: what signs no more need not be stolen. */
    wipe: database.statement(
      'UPDATE "SigningKeys" SET "sealedJwk" = NULL WHERE "serial" < $1 AND "sealedJwk" IS NOT NULL',
    ),

    /** $1 now, $2 kid. */
    retire: database.statement(
      'UPDATE "SigningKeys" SET "retiredAt" = $1, "sealedJwk" = NULL WHERE "kid" = $2 AND "retiredAt" IS NULL',
    ),

    /** $1 resealed, $2 kid, $3 as it was. */
    reseal: database.statement('UPDATE "SigningKeys" SET "sealedJwk" = $1 WHERE "kid" = $2 AND "sealedJwk" = $3'),

    /** $1 time: never the newest, nor the one before it, by whose successor its end is reckoned. */
    forget: database.statement(`
    DELETE FROM "SigningKeys" WHERE "createdAt" < $1 AND "serial" < (SELECT MAX("serial") FROM "SigningKeys") - 1`),
  }
}
