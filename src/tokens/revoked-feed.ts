import { SignJWT } from 'jose'
import { type Database, DatabaseUnavailable } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import { seconds } from '../durations.ts'
import { ALGORITHM } from './access-tokens.ts'
import type { KeyRing } from './key-ring.ts'

const COMPUTE_EVERY = seconds(1)
/** Keeps the feed apart from access tokens of the same key (RFC 8725, 3.11). */
const TYPE = 'revoked-sessions+jwt'

type Options = { env: Pick<Env, 'BASE_URL' | 'ACCESS_TOKEN_LIFETIME'>; database: Database; ring: KeyRing }

/** Ended sessions and those of disabled users, as a signed JWT computed at most once a second. */
export function createRevokedFeed({ env, database, ring }: Options) {
  const statement = database.statement(ENDED)
  let known: { body: string; of: string } | undefined
  let computedAt = Number.NEGATIVE_INFINITY
  let computing: Promise<string> | undefined

  async function compute(): Promise<string> {
    const now = Date.now()
    const since = new Date(now - env.ACCESS_TOKEN_LIFETIME)
    const rows = await statement.all<{ publicId: string }>(since, new Date(now)).catch(unavailable)
    const sessions = rows.map(({ publicId }) => publicId)
    const { kid, key } = await ring.signer()
    const of = [kid, ...sessions].join()
    // Only after a change, so that the ETag stays.
    if (known?.of !== of) {
      const feed = new SignJWT({ sessions }).setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
      const body = await feed
        .setIssuer(env.BASE_URL)
        .setIssuedAt(Math.floor(now / 1000))
        .sign(key)
      known = { body, of }
    }
    computedAt = performance.now()
    return known.body
  }

  return (): Promise<string> => {
    if (known && performance.now() - computedAt < COMPUTE_EVERY) return Promise.resolve(known.body)
    computing ??= compute().finally(() => {
      computing = undefined
    })
    return computing
  }
}

function unavailable(cause: unknown): never {
  throw new DatabaseUnavailable('ended sessions cannot be listed', { cause })
}

/** $1 since, $2 now. The end of an ended row is in the indexed `expires`. */
const ENDED = `
  SELECT s."publicId" FROM "Sessions" s
  WHERE s."expires" > $1 AND s."expires" <= $2 AND s."endedAt" IS NOT NULL AND s."userId" IS NOT NULL
  UNION
  SELECT s."publicId" FROM "Users" u JOIN "Sessions" s ON s."userId" = u."id"
  WHERE u."disabledAt" > $1 AND s."expires" > $2
  ORDER BY 1`

export type RevokedFeed = ReturnType<typeof createRevokedFeed>
