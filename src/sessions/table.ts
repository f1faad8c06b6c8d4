import { setTimeout } from 'node:timers/promises'
import type DataLoader from 'dataloader'
import { Op, Transaction, type WhereOptions } from 'sequelize'
import { withinTransaction } from '../../configs/database/transactions.ts'
import { type Database, mayHideRows } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { type EndReason, endSessions, renameSession, Session, whereLive } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { minutes } from '../durations.ts'
import { grantsOf } from '../identity/joined-user.ts'
import { beyond, type Position } from '../keyset.ts'
import { batchedReads } from './batched-reads.ts'
import { type LiveSession, liveSessionOf, type SessionContent, type SessionRow } from './row.ts'

/** Answered with 503 and never treated as signed out (ASVS 16.5.3). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  constructor(cause: unknown) {
    super('the session store does not answer', { cause })
  }
}

export type ListedSession = Pick<
  Session,
  'sid' | 'publicId' | 'createdAt' | 'lastSeenAt' | 'expires' | 'ip' | 'userAgent'
> & { content: SessionContent }

export type NewRow = Pick<
  LiveSession,
  'sid' | 'publicId' | 'data' | 'secretId' | 'createdAt' | 'expires' | 'absoluteExpires'
> &
  Pick<Session, 'userId' | 'ip' | 'userAgent'>

/** Batch and pause (ms) of `endAll`, so that other statements get their turn. */
const END_BATCH = 500
const END_PAUSE = 5
/** The node that created a session may have a fast clock; the session is ended anyway. */
const CLOCK_SKEW = minutes(1)

/** Each method but `endAll` is atomic. Failures are thrown as StoreUnavailable. */
export class SessionTable {
  errors = 0
  readonly #database: Database
  readonly #logger: Logger
  readonly #hot: ReturnType<typeof prepareStatements>
  readonly #finds: DataLoader<string, LiveSession | undefined>

  constructor(database: Database, logger: Logger) {
    this.#database = database
    this.#logger = logger
    this.#hot = prepareStatements(database)
    this.#finds = batchedReads(sids => this.#findAll(sids))
  }

  /**
   * Batches the lookups of one event loop turn into one statement.
   * @returns undefined if the session ended or the user is deleted or disabled
   */
  find(sid: string): Promise<LiveSession | undefined> {
    return this.#finds.load(sid)
  }

  async #findAll(sids: readonly string[]): Promise<(LiveSession | undefined | Error)[]> {
    const rows = await this.attempt('find', () => this.#hot.find.all<SessionRow>(JSON.stringify(sids), new Date()))
    const bySid = new Map(rows.map(row => [row.sid, row]))
    return sids.map(sid => {
      const row = bySid.get(sid)
      if (!row && mayHideRows(this.#database)) return new StoreUnavailable('the file is damaged')
      return row && liveSessionOf(row)
    })
  }

  /** Finds the session under its current id after a parallel renewal. */
  async findByPublicId(publicId: string): Promise<LiveSession | undefined> {
    const [row] = await this.attempt('findByPublicId', () =>
      this.#hot.findByPublicId.all<SessionRow>(publicId, new Date()),
    )
    return row && liveSessionOf(row)
  }

  /** Never revives an ended session; a user disabled since the check is not entered. */
  async insert({ sid, publicId, userId, data, secretId, ip, userAgent, ...times }: NewRow) {
    // Waits for a running change of the user on PostgreSQL; SQLite has one writer anyway.
    const lock = this.#database.dialect === 'postgres' ? 'FOR SHARE' : ''
    const sql = `
      INSERT INTO "Sessions" ("sid", "publicId", "userId", "data", "version", "secretId", "renew", "createdAt", "lastSeenAt", "expires",
        "absoluteExpires", "ip", "userAgent")
      VALUES ($sid, $publicId, (SELECT "id" FROM "Users" WHERE "id" = $userId AND "disabledAt" IS NULL ${lock}), $data, 1, $secretId,
        FALSE, $created, $created, $expires, $absoluteExpires, $ip, $userAgent)
      ON CONFLICT ("sid") DO UPDATE SET "data" = excluded."data", "userId" = excluded."userId", "version" = "Sessions"."version" + 1
      WHERE "Sessions"."endedAt" IS NULL AND "Sessions"."expires" > $created`
    const bind = {
      ...{ sid, publicId, userId, data, secretId, ip, userAgent },
      created: sqlTime(times.createdAt),
      expires: sqlTime(times.expires),
      absoluteExpires: sqlTime(times.absoluteExpires),
    }
    await this.attempt('insert', () => this.#database.sequelize.query(sql, { bind, raw: true }))
  }

  async update({ publicId, sid, version }: LiveSession, next: LiveSession, userId: string | null): Promise<boolean> {
    const { data } = next
    const [lastSeenAt, expires] = [new Date(next.lastSeenAt), new Date(next.expires)]
    const changed = { data, userId, lastSeenAt, expires, version: version + 1 }
    return (await this.updateLive('update', changed, { publicId, sid, version })) === 1
  }

  async touch(sid: string, lastSeenAt: number, expires: number): Promise<boolean> {
    const now = new Date(lastSeenAt)
    return (await this.attempt('touch', () => this.#hot.touch.run(now, new Date(expires), sid, now))) === 1
  }

  resign(sid: string, secretId: string) {
    return this.updateLive('resign', { secretId }, { sid })
  }

  renewByUser(userId: string) {
    return this.updateLive('renewByUser', { renew: true }, { userId })
  }

  protected async updateLive(
    name: string,
    changed: Parameters<typeof Session.update>[0],
    where: WhereOptions<Session>,
  ) {
    const [updated] = await this.attempt(name, () =>
      Session.update(changed, { where: { [Op.and]: [where, whereLive()] } }),
    )
    return updated
  }

  rename({ sid: from, publicId }: LiveSession, to: string, secretId: string): Promise<boolean> {
    const renewal = { from, to, publicId, secretId }
    return this.attempt('rename', () => this.#database.sequelize.transaction(() => renameSession(renewal)))
  }

  /** Locks the user's row first, so that sessions of a sign-in under way are seen. */
  endOfUser(userId: string, where: WhereOptions<Session>, reason: EndReason): Promise<number> {
    const { sequelize } = this.#database
    return this.attempt('endOfUser', () =>
      withinTransaction(sequelize, async () => {
        await User.findByPk(userId, { attributes: ['id'], lock: Transaction.LOCK.NO_KEY_UPDATE })
        return await this.endRows({ [Op.and]: [{ userId }, where] }, reason)
      }),
    )
  }

  end(where: WhereOptions<Session>, reason: EndReason): Promise<number> {
    return this.attempt('end', () => this.endRows(where, reason))
  }

  protected endRows(where: WhereOptions<Session>, reason: EndReason): Promise<number> {
    return endSessions(where, reason)
  }

  /** In batches, so that other statements do not wait long. */
  async endAll(reason: EndReason, afterBatch: () => void): Promise<number> {
    const begun = new Date(Date.now() + CLOCK_SKEW)
    const where = { [Op.and]: [{ createdAt: { [Op.lte]: begun } }, whereLive()] }
    for (let ended = 0; ; ) {
      const batch = await this.attempt('endAll', () =>
        Session.findAll({ attributes: ['sid'], where, order: ['expires'], limit: END_BATCH }),
      )
      if (batch.length === 0) return ended + (await this.#endLast(where, reason, afterBatch))
      ended += await this.end({ sid: batch.map(({ sid }) => sid) }, reason)
      afterBatch()
      await setTimeout(END_PAUSE)
    }
  }

  async #endLast(where: WhereOptions<Session>, reason: EndReason, afterBatch: () => void): Promise<number> {
    const { sequelize, dialect } = this.#database
    const ended = await this.attempt('endAll', () =>
      sequelize.transaction(async () => {
        // On SQLite the transaction waits for its turn anyway.
        if (dialect === 'postgres') await sequelize.query('LOCK TABLE "Sessions" IN SHARE ROW EXCLUSIVE MODE')
        return await this.endRows(where, reason)
      }),
    )
    if (ended > 0) afterBatch()
    return ended
  }

  async publicIdOf(sid: string): Promise<string | undefined> {
    const row = await this.attempt('publicIdOf', () =>
      Session.findByPk(sid, { attributes: ['publicId', 'successorId'] }),
    )
    return row?.successorId ?? row?.publicId
  }

  /** @returns undefined if it is live or never existed */
  async endReason(sid: string): Promise<EndReason | undefined> {
    const row = await this.attempt('endReason', () => Session.findByPk(sid))
    if (!row) return undefined
    if (row.endReason) return row.endReason
    if (await this.#isDisabled(row.userId)) return 'disabled'
    const now = new Date()
    // The limit reached first remains the reason.
    if (row.expires <= now && row.expires < row.absoluteExpires) return 'idle'
    return row.absoluteExpires <= now ? 'expired' : undefined
  }

  async #isDisabled(userId: string | null): Promise<boolean> {
    if (userId === null) return false
    const user = await this.attempt('isDisabled', () => User.findByPk(userId, { attributes: ['disabledAt'] }))
    return Boolean(user?.disabledAt)
  }

  async listByUser(userId: string, limit: number, after?: Position): Promise<ListedSession[]> {
    const { sequelize } = this.#database
    const page = after && beyond(sequelize, ['expires', 'publicId'], 'DESC', [new Date(after.value), after.id])
    const rows = await this.attempt('listByUser', () =>
      Session.findAll({
        where: { userId, ...whereLive(), ...(page && { [Op.and]: page }) },
        order: [
          ['expires', 'DESC'],
          ['publicId', 'DESC'],
        ],
        limit,
      }),
    )
    return rows.map(({ sid, publicId, data, createdAt, lastSeenAt, expires, ip, userAgent }) => {
      const content = JSON.parse(data)
      return { sid, publicId, content, createdAt, lastSeenAt, expires, ip, userAgent }
    })
  }

  async all(): Promise<LiveSession[]> {
    const rows = await this.attempt('all', () => Session.findAll({ attributes: ['sid'], where: whereLive() }))
    const sessions = await Promise.all(rows.map(({ sid }) => this.find(sid)))
    return sessions.filter(session => session !== undefined)
  }

  count(): Promise<number> {
    return this.attempt('count', () => Session.count({ where: whereLive() }))
  }

  /** By the id of the secret that signed the cookie. */
  async countBySecret(): Promise<Map<string, number>> {
    const rows = await this.attempt('countBySecret', () => Session.count({ where: whereLive(), group: ['secretId'] }))
    return new Map(rows.map(({ secretId, count }) => [String(secretId), count]))
  }

  /** Database errors can contain session ids, so only the code is logged (ASVS 16.2.5). */
  protected async attempt<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      this.errors++
      this.#logger.error('session store failed', { statement: name, ...describeError(cause) })
      throw new StoreUnavailable(cause)
    }
  }
}

function describeError(error: unknown) {
  if (!(error instanceof Error)) return { kind: typeof error }
  const { code, original }: Error & { code?: unknown; original?: { code?: unknown } } = error
  return { kind: error.name, code: code ?? original?.code }
}

/** For SQLite and PostgreSQL. @param time ms of the epoch */
const sqlTime = (time: number) => new Date(time).toISOString().replace('T', ' ').replace('Z', ' +00:00')

function prepareStatements(database: Database) {
  const isPostgres = database.dialect === 'postgres'
  // Any number of ids in one parameter, each found by index.
  const listed = isPostgres
    ? { sessions: '"Sessions" s', condition: 's."sid" = ANY (ARRAY (SELECT json_array_elements_text($1::json)))' }
    : { sessions: '"Sessions" s JOIN json_each($1) AS listed', condition: 's."sid" = listed."value"' }

  return {
    /** $1 sids as a JSON array, $2 now. */
    find: database.statement(findWhere(database, listed)),

    /** $1 public id, $2 now. */
    findByPublicId: database.statement(
      findWhere(database, { sessions: '"Sessions" s', condition: 's."publicId" = $1' }),
    ),

    /** $1 last seen, $2 expires, $3 sid, $4 now. */
    touch: database.statement(`
      UPDATE "Sessions" SET "lastSeenAt" = $1, "expires" = $2 WHERE "sid" = $3 AND "endedAt" IS NULL AND "expires" > $4`),
  }
}

/** $2 now. The limits apply even before the sweep deletes a row. */
function findWhere(database: Database, { sessions, condition }: { sessions: string; condition: string }) {
  return `
    SELECT s."sid", s."publicId", s."userId", s."data", s."version", s."secretId", s."renew", s."createdAt", s."lastSeenAt", s."expires",
      s."absoluteExpires", u."email", u."name", u."username", u."language", u."disabledAt", u."emailVerifiedAt",
      ${grantsOf(database, 's."userId"')} AS "grants"
    FROM ${sessions}
    LEFT JOIN "Users" u ON u."id" = s."userId"
    WHERE ${condition} AND s."endedAt" IS NULL AND s."expires" > $2 AND s."absoluteExpires" > $2`
}
