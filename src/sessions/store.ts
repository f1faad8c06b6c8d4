import { randomBytes, randomUUID } from 'node:crypto'
import connectSessionSequelize from 'connect-session-sequelize'
import type { Request } from 'express'
import session, { type SessionData } from 'express-session'
import type { Database } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import type { EndReason } from '../../models/session.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { SessionCache } from './cache.ts'
import { type SessionCookie, secretId } from './cookie.ts'
import type { Lifetimes } from './lifetimes.ts'
import { type LiveSession, liveSessionOf, type SessionContent, type SessionRow } from './live-session.ts'
import { applyChanges, changesBetween, contentOf } from './merge.ts'
import { prepareStatements } from './statements.ts'

type StockStoreOptions = { db: Database['sequelize']; table: string; checkExpirationInterval: number }
// The package types `touch` as a property, which a method cannot override; at run time it is a method.
const StockStore = connectSessionSequelize(session.Store) as unknown as new (
  options: StockStoreOptions,
) => session.Store

type Callback<T = void> = (error?: unknown, value?: T) => void

export type SessionStoreOptions = {
  database: Database
  channel: InvalidationChannel
  logger: Logger
  lifetimes: Lifetimes
  cookie: SessionCookie
  /** How many sessions the cache holds at most. */
  cacheSize: number
}

/** What a request was given: to tell at its end what it changed, and to which version of the row. */
type Loaded = { live: LiveSession; content: SessionContent }

/** A write that lost this many times against other writers of one session gives up; each loss means that another one won. */
const MERGE_ATTEMPTS = 50
const USER_AGENT_LIMIT = 255

/**
 * The session store: the class of connect-session-sequelize with every method that loses writes, revives sessions or honours
 * expired ones replaced (docs/decisions/0002). One row per session, INSERT on the first save, UPDATE of a live row afterwards.
 */
export class SessionStore extends StockStore {
  /** What went wrong or was cleaned up since the start. */
  readonly counters = { errors: 0, touches: 0, swept: 0 }
  /** Laid in by express-session: gives the request an empty session under a new id. */
  declare generate: (req: Request) => void
  readonly #options: SessionStoreOptions
  readonly #sql: ReturnType<typeof prepareStatements>
  readonly #cache: SessionCache
  readonly #loaded = new WeakMap<object, Loaded>()
  readonly #starting = new WeakMap<Request, SessionContent>()
  readonly #secretId: string

  constructor(options: SessionStoreOptions) {
    super({ db: options.database.sequelize, table: 'Session', checkExpirationInterval: 0 })
    this.#options = options
    this.#sql = prepareStatements(options.database)
    this.#cache = new SessionCache(options.cacheSize, options.channel)
    this.#secretId = secretId(options.cookie.secrets[0] ?? '')
  }

  // --- reading ---

  /** A live session: at once from the cache, else as a promise of one statement. */
  find(sid: string): LiveSession | Promise<LiveSession | undefined> {
    return this.#cache.get(sid, Date.now()) ?? this.#cache.load(sid, () => this.#read(sid))
  }

  async #read(sid: string) {
    const rows = await this.#counted('read', this.#sql.find.all<SessionRow>(sid, new Date()))
    return liveSessionOf(rows)
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void) {
    const found = this.find(sid)
    if (!(found instanceof Promise)) return callback(null, this.#dataOf(found))
    found.then(live => callback(null, live ? this.#dataOf(live) : null), callback)
  }

  /** The form that express-session takes: content and a cookie that lasts as long as the row may. */
  #dataOf(live: LiveSession): SessionData {
    const content: SessionContent = JSON.parse(live.data)
    const cookie = {
      ...this.#options.cookie.attributes,
      expires: new Date(live.absoluteExpires),
      originalMaxAge: live.absoluteExpires - Date.now(),
    }
    const data = { ...content, cookie }
    this.#loaded.set(data, { live, content })
    return data
  }

  override createSession(req: Request, data: SessionData) {
    const created = super.createSession(req, data)
    const loaded = this.#loaded.get(data)
    if (loaded) this.#loaded.set(created, loaded)
    return created
  }

  /** The live session behind a request's session object; undefined for one that no row stands for. */
  liveOf(session: object | undefined): LiveSession | undefined {
    return session && this.#loaded.get(session)?.live
  }

  /** Why a session is dead, or undefined for one that lives or never was. */
  async endReason(sid: string): Promise<EndReason | undefined> {
    const [row] = await this.#counted('read', this.#sql.fate.all<FateRow>(sid))
    if (!row) return undefined
    if (row.endReason) return row.endReason
    if (row.disabledAt) return 'disabled'
    const now = Date.now()
    if (new Date(row.absoluteExpires).getTime() <= now) return 'expired'
    return new Date(row.expires).getTime() <= now ? 'idle' : undefined
  }

  // --- writing ---

  override set(sid: string, session: SessionData, callback?: Callback) {
    this.#save(sid, session).then(() => callback?.(), callback ?? (() => {}))
  }

  async #save(sid: string, session: SessionData) {
    const loaded = this.#loaded.get(session)
    if (!loaded) return this.#insert(sid, session)
    const changes = changesBetween(loaded.content, { ...session })
    if (changes.size === 0) return
    let live: LiveSession | undefined = loaded.live
    for (let attempt = 0; attempt < MERGE_ATTEMPTS && live; attempt++) {
      const content = applyChanges(JSON.parse(live.data), changes)
      if (await this.#update(live, content))
        return void this.#loaded.set(session, {
          live: { ...live, data: JSON.stringify(content), version: live.version + 1 },
          content,
        })
      live = await this.#read(sid)
    }
    // A session that ended meanwhile stays ended; what the slow request wanted to keep goes with it.
    if (live) throw this.#failed('write', new Error('one session is written by too many requests at once'))
  }

  async #update(live: LiveSession, content: SessionContent) {
    const changed = await this.#counted(
      'write',
      this.#sql.update.run(JSON.stringify(content), userOf(content), live.sid, live.version, new Date()),
    )
    this.#cache.forgetSid(live.sid)
    this.#options.channel.publish({ kind: 'session', publicId: live.publicId })
    return changed === 1
  }

  async #insert(sid: string, session: SessionData) {
    const content = contentOf({ ...session })
    const req: Request | undefined = Reflect.get(session, 'req')
    const now = Date.now()
    const remember = content.remember === true
    const { idle, absolute } = this.#options.lifetimes.of(remember)
    const row = {
      sid,
      publicId: randomUUID(),
      data: JSON.stringify(content),
      version: 1,
      remember,
      secretId: this.#secretId,
      renew: false,
      createdAt: now,
      lastSeenAt: now,
      expires: now + Math.min(idle, absolute),
      absoluteExpires: now + absolute,
      principal: req?.user ?? null,
    }
    await this.#counted(
      'write',
      this.#sql.insert.run(
        sid,
        row.publicId,
        userOf(content),
        row.data,
        row.secretId,
        new Date(now),
        new Date(now),
        new Date(row.expires),
        new Date(row.absoluteExpires),
        req?.ip ?? null,
        req?.headers?.['user-agent']?.slice(0, USER_AGENT_LIMIT) ?? null,
      ),
    )
    this.#loaded.set(session, { live: row, content })
  }

  /** What the next session of this request starts with; `regenerate` lays it in, so that a login is one INSERT. */
  startWith(req: Request, content: SessionContent) {
    this.#starting.set(req, content)
  }

  /** Ends the session that the request came with, if a row stands for it, and begins an empty one under a new id (ASVS 7.2.4). */
  override regenerate(req: Request, callback: Callback) {
    const begin = () => {
      this.generate(req)
      const content = this.#starting.get(req)
      this.#starting.delete(req)
      if (!content) return
      Object.assign(req.session, content)
      req.session.cookie.maxAge = this.#options.lifetimes.of(content.remember === true).absolute
    }
    const old = this.liveOf(req.session)
    if (!old) {
      begin()
      return callback()
    }
    this.end(old, 'replaced').then(() => {
      begin()
      callback()
    }, callback)
  }

  /** Touches when the step is due, in the background: the answer does not wait, and a touch that fails costs nobody the session. */
  override touch(_sid: string, session: SessionData, callback?: () => void) {
    const live = this.liveOf(session)
    const req: Request | undefined = Reflect.get(session, 'req')
    if (live && req && !isPassive(req)) this.touchIfDue(live)
    callback?.()
  }

  /** Moves the idle limit if that is worth a write (SESSION_TOUCH_SHARE); never beyond the absolute limit. */
  touchIfDue(live: LiveSession) {
    const now = Date.now()
    const { idle, touchAfter } = this.#options.lifetimes.of(live.remember)
    if (now - live.lastSeenAt < touchAfter) return
    live.lastSeenAt = now
    const expires = Math.min(now + idle, live.absoluteExpires)
    this.counters.touches++
    this.#counted('touch', this.#sql.touch.run(new Date(now), new Date(expires), live.sid, new Date(now))).then(
      changed => {
        if (changed === 1) live.expires = expires
        else this.#cache.forgetSid(live.sid)
      },
      () => this.#cache.forgetSid(live.sid),
    )
  }

  /** Gives the session of this request a new id; the old one is dead at once, and its content, public id and limits stay. */
  async renew(req: Request) {
    const live = this.liveOf(req.session)
    if (!live) return
    const sid = newSid()
    const moved = await this.#counted('write', this.#sql.rename.run(sid, live.sid, new Date()))
    this.#cache.forgetSid(live.sid)
    if (moved === 0) return
    const now = new Date()
    await this.#counted(
      'write',
      this.#sql.tombstone.run(live.sid, randomUUID(), live.secretId, now, new Date(live.absoluteExpires)),
    )
    this.#options.channel.publish({ kind: 'session', publicId: live.publicId })
    const unsaved = contentOf({ ...req.session })
    req.sessionID = sid
    const data = this.#dataOf({ ...live, sid, renew: false })
    Object.assign(this.createSession(req, data), unsaved)
  }

  /** Marks the user's sessions so that each gets a new id at its next request (a change of role or credentials). */
  async renewByUser(userId: string) {
    await this.#counted('write', this.#sql.renewByUser.run(userId, new Date()))
    this.#options.channel.publish({ kind: 'user', userId })
  }

  /** Notes that the cookie is now signed by the newest secret, which it is on this answer. */
  async resigned(live: LiveSession) {
    await this.#counted('write', this.#sql.resign.run(this.#secretId, live.sid))
    live.secretId = this.#secretId
  }

  // --- ending ---

  /** express-session's word for signing out. */
  override destroy(sid: string, callback?: Callback) {
    this.#endBySid(sid, 'signed-out').then(() => callback?.(), callback ?? (() => {}))
  }

  async end(live: LiveSession, reason: EndReason) {
    await this.#endBySid(live.sid, reason)
    this.#options.channel.publish({ kind: 'session', publicId: live.publicId })
  }

  async #endBySid(sid: string, reason: EndReason) {
    await this.#counted('end', this.#sql.end.run(new Date(), reason, sid))
    this.#cache.forgetSid(sid)
  }

  /** Ends one session of this user. @returns whether there was such a live session */
  async endOne(userId: string, publicId: string, reason: EndReason): Promise<boolean> {
    const ended = await this.#counted('end', this.#sql.endByPublicId.run(new Date(), reason, publicId, userId))
    this.#options.channel.publish({ kind: 'session', publicId })
    return ended === 1
  }

  /** Ends all sessions of a user, but the one under `exceptSid`. @returns how many */
  async endByUser(userId: string, reason: EndReason, exceptSid = ''): Promise<number> {
    const ended = await this.#counted('end', this.#sql.endByUser.run(new Date(), reason, userId, exceptSid))
    this.#options.channel.publish({ kind: 'user', userId })
    return ended
  }

  override clear(callback?: Callback) {
    this.#endAll().then(() => callback?.(), callback ?? (() => {}))
  }

  async #endAll() {
    await this.#counted('end', this.#sql.endAll.run(new Date(), 'admin'))
    this.#options.channel.publish({ kind: 'everything' })
  }

  // --- listing ---

  async listByUser(userId: string): Promise<ListedSession[]> {
    const rows = await this.#counted('read', this.#sql.listByUser.all<ListedRow>(userId, new Date()))
    return rows.map(({ data, createdAt, lastSeenAt, expires, ...row }) => ({
      ...row,
      content: JSON.parse(data),
      createdAt: new Date(createdAt),
      lastSeenAt: new Date(lastSeenAt),
      expires: new Date(expires),
    }))
  }

  override all(callback: (error: unknown, sessions?: Record<string, SessionData> | null) => void) {
    const sessionsOf = (rows: AllRow[]) =>
      Object.fromEntries(rows.map(({ sid, data, absoluteExpires }) => [sid, this.#listed(data, absoluteExpires)]))
    this.#counted('read', this.#sql.all.all<AllRow>(new Date())).then(
      rows => callback(null, sessionsOf(rows)),
      callback,
    )
  }

  #listed(data: string, absoluteExpires: Date | string): SessionData {
    const expires = new Date(absoluteExpires)
    return {
      ...JSON.parse(data),
      cookie: { ...this.#options.cookie.attributes, expires, originalMaxAge: expires.getTime() - Date.now() },
    }
  }

  override length(callback: (error: unknown, length?: number) => void) {
    this.#counted('read', this.#sql.count.all<{ count: number | string }>(new Date())).then(
      ([row]) => callback(null, Number(row?.count ?? 0)),
      callback,
    )
  }

  /** How many live sessions carry a cookie of each secret, by the secret's id. */
  async countBySecret(): Promise<Map<string, number>> {
    const rows = await this.#counted(
      'read',
      this.#sql.countBySecret.all<{ secretId: string; count: number | string }>(new Date()),
    )
    return new Map(rows.map(row => [row.secretId, Number(row.count)]))
  }

  get cacheSize() {
    return this.#cache.size
  }

  // --- failing ---

  async #counted<T>(action: string, statement: Promise<T>): Promise<T> {
    try {
      return await statement
    } catch (cause) {
      throw this.#failed(action, cause)
    }
  }

  /** The message and the statement of a database error hold session ids: only the driver's code is logged. */
  #failed(action: string, cause: unknown) {
    this.counters.errors++
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    this.#options.logger.error('session store failed', {
      action,
      code,
      kind: cause instanceof Error ? cause.name : typeof cause,
    })
    return new StoreUnavailable(cause)
  }
}

/** The store could not do its work: answered 503, never taken for an anonymous request. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  constructor(cause: unknown) {
    super('the session store does not answer', { cause })
  }
}

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

type ListedRow = Omit<ListedSession, 'content' | 'createdAt' | 'lastSeenAt' | 'expires'> &
  Record<'createdAt' | 'lastSeenAt' | 'expires', Date | string> & { data: string }
type AllRow = { sid: string; data: string; absoluteExpires: Date | string }
type FateRow = {
  expires: Date | string
  absoluteExpires: Date | string
  endReason: EndReason | null
  disabledAt: Date | string | null
}

/** A client that only polls does not prolong its session. */
export const isPassive = (req: Request) => req.headers?.['x-session-passive'] === '1'

/** 192 bits, the form of express-session's own ids. */
const newSid = () => randomBytes(24).toString('base64url')

const userOf = (content: SessionContent): string | null =>
  (content.passport as { user?: string } | undefined)?.user ?? null
