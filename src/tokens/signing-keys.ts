import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Database, DatabaseUnavailable } from '../../configs/database.ts'
import { days, minutes } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'

/** Also the longest that a replaced key must still verify. */
export const ACCESS_TOKEN_LONGEST = minutes(10)

/** For processes that have not heard of the newer key. */
const PICK_UP = minutes(1)

/** ID tokens come back as a hint at sign-out, however old (OpenID Connect RP-Initiated Logout 1.0, section 2). */
const HINTS_VERIFY_FOR = days(60)

const REMEMBERED = days(90)

/** EdDSA signs access tokens; the others ID tokens, because many clients verify no EdDSA. */
export type Algorithm = 'EdDSA' | 'RS256' | 'ES256'

type Row = {
  serial: number
  kid: string
  algorithm: Algorithm
  publicJwk: string
  sealedJwk: string | null
  createdAt: Date | string
  retiredAt: Date | string | null
}

/** Times are milliseconds of the epoch. */
export type StoredKey = {
  serial: number
  kid: string
  algorithm: Algorithm
  publicJwk: string
  sealedJwk: string | null
  createdAt: number
  retiredAt: number | null
  /** Infinite for the newest of its algorithm. */
  verifiesUntil: number
}

export type SigningKeys = ReturnType<typeof createSigningKeys>

/** Sealed private keys; of each algorithm, the highest serial signs. */
export function createSigningKeys(database: Database, sealer: Sealer) {
  const sql = prepare(database)

  async function list(): Promise<StoredKey[]> {
    return keysOf(await sql.list.all<Row>().catch(unavailable))
  }

  /**
   * @param stored what the need for a key was seen in, so that of several processes which see it one makes the key
   * @returns whether this call made it
   */
  async function make(algorithm: Algorithm, [newest]: StoredKey[]): Promise<boolean> {
    const serial = (newest?.serial ?? 0) + 1
    const { kid, publicJwk, privateJwk } = await newKeyPair(algorithm)
    const sealed = sealer.seal(JSON.stringify(privateJwk), contextOf(kid))
    const made = await sql.insert.run(serial, kid, algorithm, JSON.stringify(publicJwk), sealed, new Date())
    if (made === 1) await sql.wipe.run(serial, algorithm)
    return made === 1
  }

  return {
    list,

    make,

    forgetOld: () => sql.forget.run(new Date(Date.now() - REMEMBERED)),

    retire: async (kid: string): Promise<boolean> => (await sql.retire.run(new Date(), kid)) === 1,

    /** The private JWK as JSON. @throws CannotOpen */
    open: async ({ kid, sealedJwk }: StoredKey): Promise<string> => {
      const { text, outdated } = sealer.open(sealedJwk ?? '', contextOf(kid))
      if (outdated) await sql.reseal.run(sealer.seal(text, contextOf(kid)), kid, sealedJwk)
      return text
    },
  }
}

/** The id is the thumbprint (RFC 7638), without a leading dash, which a CLI reads as an option. */
export async function newKeyPair(algorithm: Algorithm): Promise<{ kid: string; publicJwk: JWK; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { ...SHAPES[algorithm], extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return kid.startsWith('-') ? newKeyPair(algorithm) : { kid, publicJwk, privateJwk: await exportJWK(privateKey) }
}

const SHAPES = { EdDSA: { crv: 'Ed25519' }, RS256: { modulusLength: 3072 }, ES256: {} }

export function newestOf(keys: StoredKey[], algorithm: Algorithm): StoredKey | undefined {
  return keys.find(key => key.algorithm === algorithm)
}

export function isCurrent(newest: StoredKey | undefined, age: number): boolean {
  return (
    newest !== undefined &&
    newest.retiredAt === null &&
    newest.sealedJwk !== null &&
    Date.now() - newest.createdAt < age
  )
}

const contextOf = (kid: string) => `signing-key:${kid}`

function keysOf(rows: Row[]): StoredKey[] {
  return rows.map((row, at) => {
    const newer = rows.slice(0, at).findLast(({ algorithm }) => algorithm === row.algorithm)
    return {
      ...row,
      createdAt: new Date(row.createdAt).getTime(),
      retiredAt: row.retiredAt === null ? null : new Date(row.retiredAt).getTime(),
      verifiesUntil: newer ? new Date(newer.createdAt).getTime() + verifiesFor(row) : Number.POSITIVE_INFINITY,
    }
  })
}

function verifiesFor({ algorithm }: Row) {
  return algorithm === 'EdDSA' ? ACCESS_TOKEN_LONGEST + PICK_UP : HINTS_VERIFY_FOR
}

function unavailable(cause: unknown): never {
  throw new DatabaseUnavailable('signing keys cannot be read', { cause })
}

function prepare(database: Database) {
  return {
    list: database.statement('SELECT * FROM "SigningKeys" ORDER BY "serial" DESC'),

    /** One of several processes succeeds. */
    insert: database.statement(`
    INSERT INTO "SigningKeys" ("serial", "kid", "algorithm", "publicJwk", "sealedJwk", "createdAt")
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ("serial") DO NOTHING`),

    /** $1 serial of the newest, $2 its algorithm. Older private keys are not needed. */
    wipe: database.statement(`
    UPDATE "SigningKeys" SET "sealedJwk" = NULL
    WHERE "serial" < $1 AND "algorithm" = $2 AND "sealedJwk" IS NOT NULL`),

    /** $1 now, $2 kid. */
    retire: database.statement(
      'UPDATE "SigningKeys" SET "retiredAt" = $1, "sealedJwk" = NULL WHERE "kid" = $2 AND "retiredAt" IS NULL',
    ),

    /** $1 resealed, $2 kid, $3 as it was. */
    reseal: database.statement('UPDATE "SigningKeys" SET "sealedJwk" = $1 WHERE "kid" = $2 AND "sealedJwk" = $3'),

    /** $1 time. Keeps the newest two of each algorithm, from which the end of a key is computed. */
    forget: database.statement(`
    DELETE FROM "SigningKeys" WHERE "createdAt" < $1 AND (
      SELECT COUNT(*) FROM "SigningKeys" AS newer
      WHERE newer."algorithm" = "SigningKeys"."algorithm" AND newer."serial" > "SigningKeys"."serial"
    ) >= 2`),
  }
}
