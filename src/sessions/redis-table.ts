import { Op, type WhereOptions } from 'sequelize'
import { afterCommit } from '../../configs/database/transactions.ts'
import type { Database } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import type { Redis } from '../../configs/redis.ts'
import { type EndReason, Session, whereLive } from '../../models/session.ts'
import type { Position } from '../keyset.ts'
import { RedisContents } from './redis-contents.ts'
import { type LiveSession, readContent, userOf } from './row.ts'
import { type ListedSession, type NewRow, SessionTable } from './table.ts'

const EMPTY = '{}'

/**
 * Keeps in Redis what sessions contain. The database still decides which sessions are live, whose they are and when they end, so that
 * whatever Redis loses, no ended session comes back (docs/decisions/0038).
 */
export class RedisSessionTable extends SessionTable {
  readonly #contents: RedisContents

  constructor(database: Database, redis: Redis, logger: Logger) {
    super(database, logger)
    this.#contents = new RedisContents(redis)
  }

  override async find(sid: string): Promise<LiveSession | undefined> {
    return this.#withContent(await super.find(sid))
  }

  override async findByPublicId(publicId: string): Promise<LiveSession | undefined> {
    return this.#withContent(await super.findByPublicId(publicId))
  }

  /** @returns undefined if Redis has lost it */
  async #withContent(row: LiveSession | undefined): Promise<LiveSession | undefined> {
    const content = row && (await this.attempt('content', () => this.#contents.find(row.publicId)))
    if (!content) return undefined
    // They differ for a moment while the user of a session changes, or if Redis has lost that change.
    const principal = row.principal?.id === userOf(content.data) ? row.principal : null
    return { ...row, ...readContent(content.data), version: content.version, principal }
  }

  /** The content first: a row without one is no session, a content without a row only expires. */
  override async insert(row: NewRow) {
    // A session can be saved under an id that exists.
    const publicId = (await this.publicIdOf(row.sid)) ?? row.publicId
    const content = { data: row.data, version: 1 }
    await this.attempt('create', () => this.#contents.create(publicId, content, row.absoluteExpires))
    await super.insert({ ...row, data: EMPTY })
  }

  /**
   * Writes to the database only what changed there: most requests change the content alone.
   * @returns false if another request wrote first, renewed the id, or the session has ended
   */
  override async update(live: LiveSession, next: LiveSession, userId: string | null): Promise<boolean> {
    const { publicId, sid, version } = live
    if (!(await this.attempt('replace', () => this.#contents.replace(publicId, version, next)))) return false
    const { lastSeenAt, expires } = next
    const isSameRow = lastSeenAt === live.lastSeenAt && expires === live.expires && userId === userOf(live.data)
    if (isSameRow) return await this.#isLive({ publicId, sid })
    const changed = { userId, lastSeenAt: new Date(lastSeenAt), expires: new Date(expires) }
    return (await this.updateLive('update', changed, { publicId, sid })) === 1
  }

  async #isLive(where: WhereOptions<Session>): Promise<boolean> {
    const count = () => Session.count({ where: { [Op.and]: [where, whereLive()] } })
    return (await this.attempt('isLive', count)) === 1
  }

  protected override async endRows(where: WhereOptions<Session>, reason: EndReason): Promise<number> {
    const rows = await Session.findAll({ attributes: ['publicId'], where: { [Op.and]: [where, whereLive()] } })
    const ended = await super.endRows(where, reason)
    // Best effort: the rows have ended, and the contents expire.
    afterCommit(() => void this.#contents.remove(rows.map(({ publicId }) => publicId)).catch(() => this.errors++))
    return ended
  }

  override async listByUser(userId: string, limit: number, after?: Position): Promise<ListedSession[]> {
    const rows = await super.listByUser(userId, limit, after)
    const contents = await this.attempt('contents', () =>
      Promise.all(rows.map(({ publicId }) => this.#contents.find(publicId))),
    )
    return rows.map((row, at) => ({ ...row, content: JSON.parse(contents[at]?.data ?? EMPTY) }))
  }
}
