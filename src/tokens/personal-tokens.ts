import { timingSafeEqual } from 'node:crypto'
import { type Database, DatabaseUnavailable, jsonOf, mayHideRows } from '../../configs/database.ts'
import { minutes } from '../durations.ts'
import { grantsOf, type JoinedUser, principalOfRow } from '../identity/joined-user.ts'
import { InvalidatedCache, subjectOf } from '../invalidation/cache.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { type Bearer, bearerOf } from './bearer.ts'
import { digestOf, idOf, presentedId } from './personal-token.ts'

/** The precision of `lastUsedAt`, to limit writes. */
const NOTE_USE_EVERY = minutes(1)

type Row = JoinedUser & {
  id: string
  userId: string
  tokenHash: string
  scopes: string[] | string
  expires: Date | string
  lastUsedAt: Date | string | null
}

type LiveToken = { tokenHash: Buffer; expires: number; lastUsedAt: number; bearer: Bearer }

type Options = { database: Database; channel: InvalidationChannel; cacheSize: number }

export type PersonalTokens = ReturnType<typeof createPersonalTokens>

export function createPersonalTokens({ database, channel, cacheSize }: Options) {
  const read = database.statement(readWith(database))
  const noteUse = database.statement(NOTE_USE)
  const cache = new InvalidatedCache<LiveToken>({
    size: cacheSize,
    channel,
    keyOf: ({ bearer }) => bearer.token.id,
    subjectsOf: ({ bearer }) => [
      subjectOf({ kind: 'token', id: bearer.token.id }),
      subjectOf({ kind: 'user', userId: bearer.id }),
    ],
  })

  async function find(id: string) {
    const [row] = await read.all<Row>(id, new Date()).catch(unreadable)
    if (!row && mayHideRows(database)) return unreadable()
    return row && liveTokenOf(row)
  }

  function accept(live: LiveToken | undefined, token: string): Bearer | undefined {
    if (!live || !timingSafeEqual(live.tokenHash, digestOf(token))) return undefined
    const now = Date.now()
    if (now - live.lastUsedAt >= NOTE_USE_EVERY) {
      live.lastUsedAt = now
      // In the background; the request does not depend on it.
      noteUse.run(new Date(now), live.bearer.token.id, new Date(now - NOTE_USE_EVERY)).catch(() => {})
    }
    return live.bearer
  }

  return {
    cacheLookups: cache.lookups,
    /** @returns undefined if the token is unknown or expired */
    authenticate: async (token: string): Promise<Bearer | undefined> => {
      const cached = cache.get(presentedId(token), Date.now())
      if (cached) return accept(cached, token)
      const id = idOf(token)
      return id === undefined ? undefined : accept(await cache.load(id, () => find(id)), token)
    },
  }
}

function unreadable(cause?: unknown): never {
  throw new DatabaseUnavailable('tokens cannot be looked up', { cause })
}

function liveTokenOf(row: Row): LiveToken | undefined {
  const owner = principalOfRow(row.userId, row)
  if (!owner) return undefined
  const expires = new Date(row.expires).getTime()
  return {
    tokenHash: Buffer.from(row.tokenHash, 'hex'),
    expires,
    lastUsedAt: row.lastUsedAt === null ? 0 : new Date(row.lastUsedAt).getTime(),
    bearer: bearerOf(owner, jsonOf(row.scopes), { kind: 'personal', id: row.id, expires }),
  }
}

/** $1 id, $2 now. */
function readWith(database: Database) {
  return `
  SELECT t."id", t."userId", t."tokenHash", t."scopes", t."expires", t."lastUsedAt",
    u."email", u."name", u."username", u."language", u."disabledAt", u."emailVerifiedAt",
    ${grantsOf(database, 't."userId"')} AS "grants"
  FROM "ApiTokens" t
  JOIN "Users" u ON u."id" = t."userId"
  WHERE t."id" = $1 AND t."expires" > $2`
}

/** $1 now, $2 id, $3 a minute ago. One of several processes writes. */
const NOTE_USE = `
  UPDATE "ApiTokens" SET "lastUsedAt" = $1 WHERE "id" = $2 AND ("lastUsedAt" IS NULL OR "lastUsedAt" <= $3)`
