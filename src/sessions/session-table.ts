import DataLoader from 'dataloader'
import { type Database, jsonOf, mayHideRows, type SqlValue } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { type EndReason, renameSession } from '../../models/session.ts'
import type { Position } from '../keyset.ts'
import { type LiveSession, liveSessionOf, type SessionContent, type SessionRow } from './live-session.ts'
import { prepareStatements, type Statements } from './statements.ts'

/** The store could not do its work: answered 503, never taken for an anonymous request (ASVS 16.5.3). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  constructor(cause: unknown) {
    super('the session store does not answer', { cause })
  }
}

/** One live session as its owner, an administrator or the CLI sees it. */
export type ListedSession = {
  sid: string
  publicId: string
  content: SessionContent
  createdAt: Date
  lastSeenAt: Date
  expires: Date
  ip: string | null
  userAgent: string | null
}

export type NewRow = Pick<
  LiveSession,
  'sid' | 'publicId' | 'data' | 'secretId' | 'createdAt' | 'expires' | 'absoluteExpires'
> & {
  userId: string | null
  ip: string | null
  userAgent: string | null
}

type Stored = Date | string
type ListedRow = Omit<ListedSession, 'content' | 'createdAt' | 'lastSeenAt' | 'expires'> & {
  data: string
  createdAt: Stored
  lastSeenAt: Stored
  expires: Stored
}
type FateRow = { expires: Stored; absoluteExpires: Stored; endReason: EndReason | null; disabledAt: Stored | null }

/** Before the first in any list of sessions. */
const BEGINNING: Position = { value: '9999-12-31T00:00:00.000Z', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }

/** How many sessions one statement reads at most. */
const BATCH = 100

/** The table `Sessions`: each method but `rename` is one statement, and each failure is logged, counted and thrown as StoreUnavailable. */
export class SessionTable {
  /** Statements that failed since the start. */
  errors = 0
  readonly #sql: Statements
  readonly #database: Pick<Database, 'sequelize' | 'damage'>
  readonly #logger: Logger
  readonly #finds: DataLoader<string, LiveSession | undefined>
  /** On SQLite one connection reads, one statement after the other: what is asked for meanwhile comes together in the next. */
  readonly #readsInTurn: boolean
  #reading: Promise<unknown> = Promise.resolve()

  constructor(database: Database, logger: Logger) {
    this.#readsInTurn = database.dialect === 'sqlite'
    this.#sql = prepareStatements(database)
    this.#database = database
    this.#logger = logger
    this.#finds = new DataLoader<string, LiveSession | undefined>(sids => this.#findAll(sids), {
      cache: false,
      maxBatchSize: BATCH,
      batchScheduleFn: dispatch => void this.#reading.then(() => setImmediate(setImmediate, dispatch)),
    })
  }

  /**
   * Asked for within two turns of the event loop, sessions come in one statement: under load the way to the database and back costs
   * more than the rows. In the second turn come those that arrived while the answers of the last statement were sent.
   * @returns undefined where no row is alive, or its user is gone or disabled
   */
  find(sid: string): Promise<LiveSession | undefined> {
    return this.#finds.load(sid)
  }

  async #findAll(sids: readonly string[]): Promise<(LiveSession | undefined | Error)[]> {
    const reading = this.#find('find', JSON.stringify(sids))
    if (this.#readsInTurn) this.#reading = reading.catch(() => {})
    const bySid = new Map((await reading).map(row => [row[0], row]))
    return sids.map(sid => {
      const row = bySid.get(sid)
      if (!row && mayHideRows(this.#database)) return new StoreUnavailable('the file is damaged')
      return row && liveSessionOf(row)
    })
  }

  /** The same session, whatever its id is by now: a parallel request may have renewed it. */
  async findAgain({ publicId }: Pick<LiveSession, 'publicId'>): Promise<LiveSession | undefined> {
    const [row] = await this.#find('findAgain', publicId)
    return row && liveSessionOf(row)
  }

  async #find(name: 'find' | 'findAgain', which: string): Promise<SessionRow[]> {
    const [answer] = await this.#all<{ rows: SessionRow[] | string | null }>(name, which, new Date())
    return jsonOf(answer?.rows ?? [])
  }

  insert(row: NewRow) {
    const [createdAt, expires, absoluteExpires] = [row.createdAt, row.expires, row.absoluteExpires].map(
      time => new Date(time),
    ) as [Date, Date, Date]
    return this.#run(
      'insert',
      row.sid,
      row.publicId,
      row.userId,
      row.data,
      row.secretId,
      createdAt,
      createdAt,
      expires,
      absoluteExpires,
      row.ip,
      row.userAgent,
    )
  }

  /** @returns whether the row was alive, under this id and still at this version */
  async update({ publicId, sid, version }: LiveSession, next: LiveSession, userId: string | null): Promise<boolean> {
    const [lastSeenAt, expires] = [new Date(next.lastSeenAt), new Date(next.expires)]
    return (await this.#run('update', next.data, userId, lastSeenAt, expires, publicId, sid, version, new Date())) === 1
  }

  /** @returns whether the row was alive */
  async touch(sid: string, lastSeenAt: number, expires: number): Promise<boolean> {
    const now = new Date(lastSeenAt)
    return (await this.#run('touch', now, new Date(expires), sid, now)) === 1
  }

  resign(sid: string, secretId: string) {
    return this.#run('resign', secretId, sid)
  }

  /** A transaction, as two rows change. @returns whether the row was alive, and so has the new id */
  rename({ sid: from, publicId }: LiveSession, to: string, secretId: string): Promise<boolean> {
    return this.#database.sequelize
      .transaction(transaction => renameSession(transaction, { from, to, publicId, secretId }))
      .catch(cause => this.#fail('rename', cause))
  }

  /** The public id of the session that has this id, or had it before it was renewed. */
  async publicIdOf(sid: string): Promise<string | undefined> {
    const [row] = await this.#all<{ publicId: string }>('publicIdOf', sid)
    return row?.publicId
  }

  /** Each `end...` returns how many sessions it ended. */
  end(publicId: string, reason: EndReason) {
    return this.#run('end', new Date(), reason, publicId)
  }

  endOwn(userId: string, publicId: string, reason: EndReason) {
    return this.#run('endOwn', new Date(), reason, publicId, userId)
  }

  endByUser(userId: string, reason: EndReason, exceptSid: string) {
    return this.#run('endByUser', new Date(), reason, userId, exceptSid)
  }

  endAll(reason: EndReason) {
    return this.#run('endAll', new Date(), reason)
  }

  renewByUser(userId: string) {
    return this.#run('renewByUser', userId, new Date())
  }

  /** Why a session is dead; undefined for one that lives or never was. */
  async endReason(sid: string): Promise<EndReason | undefined> {
    const [row] = await this.#all<FateRow>('fate', sid)
    if (!row) return undefined
    if (row.endReason) return row.endReason
    if (row.disabledAt) return 'disabled'
    const [now, expires, absolute] = [
      Date.now(),
      new Date(row.expires).getTime(),
      new Date(row.absoluteExpires).getTime(),
    ]
    // The limit that was reached first stays the reason, also when the other is past as well.
    if (expires <= now && expires < absolute) return 'idle'
    return absolute <= now ? 'expired' : undefined
  }

  /** The live sessions of a user, those that last longest first. */
  async listByUser(userId: string, limit: number, after: Position = BEGINNING): Promise<ListedSession[]> {
    const from = new Date(after.value)
    const rows = await this.#all<ListedRow>('listByUser', userId, new Date(), from, after.id, limit)
    return rows.map(({ data, createdAt, lastSeenAt, expires, ...row }) => ({
      ...row,
      content: JSON.parse(data),
      createdAt: new Date(createdAt),
      lastSeenAt: new Date(lastSeenAt),
      expires: new Date(expires),
    }))
  }

  /** All live sessions. */
  async all(): Promise<LiveSession[]> {
    const sids = await this.#all<{ sid: string }>('all', new Date())
    const found = await Promise.all(sids.map(({ sid }) => this.find(sid)))
    return found.filter(live => live !== undefined)
  }

  /** All live sessions, and `most` at most. */
  async countUpTo(most: number): Promise<number> {
    const [row] = await this.#all<{ count: number | string }>('countUpTo', new Date(), most)
    return Number(row?.count ?? 0)
  }

  async count(): Promise<number> {
    const [row] = await this.#all<{ count: number | string }>('count', new Date())
    return Number(row?.count ?? 0)
  }

  /** How many live sessions carry a cookie signed by each secret, by the secret's id. */
  async countBySecret(): Promise<Map<string, number>> {
    const rows = await this.#all<{ secretId: string; count: number | string }>('countBySecret', new Date())
    return new Map(rows.map(row => [row.secretId, Number(row.count)]))
  }

  #all<Row>(name: keyof Statements, ...values: SqlValue[]): Promise<Row[]> {
    return this.#sql[name].all<Row>(...values).catch(cause => this.#fail(name, cause))
  }

  #run(name: keyof Statements, ...values: SqlValue[]): Promise<number> {
    return this.#sql[name].run(...values).catch(cause => this.#fail(name, cause))
  }

  /** The text of a database error can hold session ids: only the driver's code is logged (ASVS 16.2.5). */
  #fail(statement: string, cause: unknown): never {
    this.errors++
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    this.#logger.error('session store failed', {
      statement,
      code,
      kind: cause instanceof Error ? cause.name : typeof cause,
    })
    throw new StoreUnavailable(cause)
  }
}
