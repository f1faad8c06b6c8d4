import type { Database } from '../../configs/database.ts'
import { grantsOf } from '../accounts/joined-user.ts'
import type { SessionRow } from './live-session.ts'

const LIVE = '"endedAt" IS NULL AND "expires" >'

/** An ended row keeps no content, and its end in `expires`, where the sweep's index finds it. */
const ENDED = `UPDATE "Sessions" SET "endedAt" = $1, "endReason" = $2, "expires" = $1, "data" = '{}'`

type ColumnsOf<Row extends unknown[]> = { [Index in keyof Row]: string }

/** What a live session is made of, in the order of a SessionRow. */
const sessionRow = (database: Database) => {
  const columns: ColumnsOf<SessionRow> = [
    's."sid"',
    's."publicId"',
    's."userId"',
    's."data"',
    's."version"',
    's."secretId"',
    's."renew"',
    's."createdAt"',
    's."lastSeenAt"',
    's."expires"',
    's."absoluteExpires"',
    'u."email"',
    'u."name"',
    'u."username"',
    'u."disabledAt"',
    'u."emailVerifiedAt"',
    grantsOf(database, 's."userId"'),
  ]
  return columns.join(', ')
}

/** All rows in one JSON value, without names: the drivers charge for each row and column, and who parses for each name. */
const rows = (database: Database) =>
  database.dialect === 'postgres'
    ? `json_agg(json_build_array(${sessionRow(database)}))`
    : `json_group_array(json_array(${sessionRow(database)}))`

/** $2 now. Both limits stand in the read: an expired row does not sign in, whatever the sweep does. */
const findWhere = (database: Database, { sessions, condition }: { sessions: string; condition: string }) => `
    SELECT ${rows(database)} AS "rows"
    FROM ${sessions}
    LEFT JOIN "Users" u ON u."id" = s."userId"
    WHERE ${condition} AND s."endedAt" IS NULL AND s."expires" > $2 AND s."absoluteExpires" > $2`

/** Any number of ids in one parameter, each looked up along the index. */
const listed = ({ dialect }: Database) =>
  dialect === 'postgres'
    ? { sessions: '"Sessions" s', condition: 's."sid" = ANY (ARRAY (SELECT json_array_elements_text($1::json)))' }
    : { sessions: '"Sessions" s JOIN json_each($1) AS listed', condition: 's."sid" = listed."value"' }

/** On PostgreSQL the insert waits for a change of the user that is under way; SQLite has one writer at a time anyway. */
const shareLock = ({ dialect }: Database) => (dialect === 'postgres' ? 'FOR SHARE' : '')

/** Every statement on the hot path and on the life cycle of a session, prepared once per process; one statement each. */
export const prepareStatements = (database: Database) => ({
  /** $1 sids as a JSON array, $2 now. */
  find: database.statement(findWhere(database, listed(database))),
  /** $1 public id, $2 now. */
  findAgain: database.statement(findWhere(database, { sessions: '"Sessions" s', condition: 's."publicId" = $1' })),

  /**
   * Upserts, as express-session asks of a store: what no read gave replaces the live session of that id, and revives no dead one. A
   * sign-in that was checked before its user was disabled gets no user, so that it does not come alive when the user is enabled.
   */
  insert: database.statement(`
    INSERT INTO "Sessions" ("sid", "publicId", "userId", "data", "version", "secretId", "renew", "createdAt", "lastSeenAt", "expires",
      "absoluteExpires", "ip", "userAgent")
    VALUES ($1, $2, (SELECT "id" FROM "Users" WHERE "id" = $3 AND "disabledAt" IS NULL ${shareLock(database)}), $4, 1, $5, FALSE, $6, $7, $8, $9, $10, $11)
    ON CONFLICT ("sid") DO UPDATE SET "data" = excluded."data", "userId" = excluded."userId", "version" = "Sessions"."version" + 1
    WHERE "Sessions"."endedAt" IS NULL AND "Sessions"."expires" > $6`),

  /**
   * $1 data, $2 user, $3 last seen, $4 expires, $5 public id, $6 sid, $7 version, $8 now. Changes nothing where the row is dead or
   * another request was faster.
   */
  update: database.statement(`
    UPDATE "Sessions" SET "data" = $1, "userId" = $2, "lastSeenAt" = $3, "expires" = $4, "version" = "version" + 1
    WHERE "publicId" = $5 AND "sid" = $6 AND "version" = $7 AND ${LIVE} $8`),

  /** $1 last seen, $2 expires, $3 sid, $4 now. */
  touch: database.statement(`UPDATE "Sessions" SET "lastSeenAt" = $1, "expires" = $2 WHERE "sid" = $3 AND ${LIVE} $4`),

  /** $1 id of the secret, $2 sid. */
  resign: database.statement('UPDATE "Sessions" SET "secretId" = $1 WHERE "sid" = $2 AND "endedAt" IS NULL'),

  /** $1 sid. A tombstone that a renewal left names the session that goes on. */
  publicIdOf: database.statement(
    `SELECT COALESCE("successorId", "publicId") AS "publicId" FROM "Sessions" WHERE "sid" = $1`,
  ),

  /** $1 ended at, $2 reason, $3 public id. */
  end: database.statement(`${ENDED} WHERE "publicId" = $3 AND ${LIVE} $1`),
  /** $1 ended at, $2 reason, $3 public id, $4 user. */
  endOwn: database.statement(`${ENDED} WHERE "publicId" = $3 AND "userId" = $4 AND ${LIVE} $1`),
  /** $1 ended at, $2 reason, $3 user, $4 the sid that stays. */
  endByUser: database.statement(`${ENDED} WHERE "userId" = $3 AND "sid" <> $4 AND ${LIVE} $1`),
  /** $1 ended at, $2 reason. */
  endAll: database.statement(`${ENDED} WHERE ${LIVE} $1`),

  /** $1 user, $2 now. */
  renewByUser: database.statement(`UPDATE "Sessions" SET "renew" = TRUE WHERE "userId" = $1 AND ${LIVE} $2`),

  /** $1 sid. Live or dead. */
  fate: database.statement(`
    SELECT s."expires", s."absoluteExpires", s."endReason", u."disabledAt" FROM "Sessions" s LEFT JOIN "Users" u ON u."id" = s."userId"
    WHERE s."sid" = $1`),

  /** $1 user, $2 now, $3 expires and $4 public id of the last one before, $5 how many. An ended row has its end in `expires`. */
  listByUser: database.statement(`
    SELECT "sid", "publicId", "data", "createdAt", "lastSeenAt", "expires", "ip", "userAgent" FROM "Sessions"
    WHERE "userId" = $1 AND ${LIVE} $2 AND ("expires", "publicId") < ($3, $4)
    ORDER BY "expires" DESC, "publicId" DESC LIMIT $5`),

  /** $1 now. */
  all: database.statement(`SELECT "sid" FROM "Sessions" WHERE ${LIVE} $1`),
  /** $1 now, $2 at most. */
  countUpTo: database.statement(
    `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM "Sessions" WHERE ${LIVE} $1 LIMIT $2) AS "some"`,
  ),
  count: database.statement(`SELECT COUNT(*) AS "count" FROM "Sessions" WHERE ${LIVE} $1`),
  countBySecret: database.statement(
    `SELECT "secretId", COUNT(*) AS "count" FROM "Sessions" WHERE ${LIVE} $1 GROUP BY "secretId"`,
  ),
})

export type Statements = ReturnType<typeof prepareStatements>
