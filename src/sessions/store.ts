import { randomBytes, randomUUID } from 'node:crypto'
import connectSessionSequelize from 'connect-session-sequelize'
import type { Request } from 'express'
import session, { type SessionData } from 'express-session'
import type { Transaction } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { type EndReason, endSessionsOf } from '../../models/session.ts'
import type { Position } from '../http/pagination.ts'
import { InvalidatedCache, subjectOf } from '../invalidation/cache.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import { type SessionCookie, secretId } from './cookie.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { LiveSession, SessionContent } from './live-session.ts'
import { applyChanges, changesBetween, contentOf } from './merge.ts'
import { type ListedSession, SessionTable } from './session-table.ts'

type StockOptions = { db: Database['sequelize']; table: string; checkExpirationInterval: number }
const StockStore = connectSessionSequelize(session.Store) as unknown as new (options: StockOptions) => session.Store

export type SessionStoreOptions = {
  database: Database
  channel: InvalidationChannel
  logger: Logger
  lifetimes: Lifetimes
  cookie: SessionCookie
  /** How many sessions the cache holds at most. */
  cacheSize: number
}

type Done = (error?: unknown) => void
type Answer<T> = (error: unknown, value?: T | null) => void

/** What a request was given: at its end it tells what the request changed, and of which version of the row. */
type Loaded = {
  live: LiveSession
  /** As JSON: the request may change the values themselves, however deep. */
  content: string
}

/** A symbol, so that it is neither listed nor serialised with the session; a WeakMap would cost every collection of garbage. */
const LOADED = Symbol('loaded')

declare module 'express-session' {
  interface SessionData {
    [LOADED]?: Loaded
  }
}

/** Each lost attempt means that another writer of the same session won one, so that this many are lost only by a fault. */
const MERGE_ATTEMPTS = 50
const USER_AGENT_LIMIT = 255

/**
 * The session store: the class of connect-session-sequelize with every method replaced that loses writes, revives sessions or
 * honours expired ones (docs/decisions/0002). INSERT on the first save, UPDATE of a live row afterwards, so that nothing brings an
 * ended session back. What ends or weakens a session leaves the cache in the same call.
 */
export class SessionStore extends StockStore {
  /** Laid in by express-session: gives the request an empty session under a new id. */
  declare generate: (req: Request) => void
  /** Touches written and rows swept since the start. */
  readonly counters = { touches: 0, swept: 0 }
  readonly table: SessionTable
  readonly #options: SessionStoreOptions
  readonly #cache: InvalidatedCache<LiveSession>
  readonly #beginnings = new WeakMap<Request, SessionContent>()
  readonly #secretId: string

  constructor(options: SessionStoreOptions) {
    super({ db: options.database.sequelize, table: 'Session', checkExpirationInterval: 0 })
    // For a store with `touch` express-session serialises each session once more, to find out whether to call it; keepSessionCurrent
    // touches instead.
    Reflect.set(this, 'touch', undefined)
    this.table = new SessionTable(options.database, options.logger)
    this.#options = options
    this.#cache = new InvalidatedCache({
      size: options.cacheSize,
      channel: options.channel,
      keyOf: ({ sid }) => sid,
      subjectsOf: ({ publicId, principal }) => [
        subjectOf({ kind: 'session', publicId }),
        ...(principal ? [subjectOf({ kind: 'user', userId: principal.id })] : []),
      ],
    })
    this.#secretId = secretId(options.cookie.secrets[0] ?? '')
  }

  /** A live session that is cached. */
  findCached(sid: string): LiveSession | undefined {
    return this.#cache.get(sid, Date.now())
  }

  /** A live session: at once from the cache, else as a promise of one statement. */
  find(sid: string): LiveSession | Promise<LiveSession | undefined> {
    return this.findCached(sid) ?? this.read(sid)
  }

  /** The same from the database, into the cache. */
  read(sid: string): Promise<LiveSession | undefined> {
    return this.#cache.load(sid, () => this.table.find(sid))
  }

  /** The same by public id, for what is bound to a session without its cookie: access tokens. */
  findByPublicId(publicId: string): LiveSession | Promise<LiveSession | undefined> {
    const subject = subjectOf({ kind: 'session', publicId })
    return (
      this.#cache.getBySubject(subject, Date.now()) ??
      this.#cache.load(subject, () => this.table.findAgain({ publicId }))
    )
  }

  override get(sid: string, answer: Answer<SessionData>) {
    const found = this.find(sid)
    if (!(found instanceof Promise)) return answer(null, this.#dataOf(found))
    found.then(live => answer(null, live ? this.#dataOf(live) : null), answer)
  }

  override createSession(req: Request, data: SessionData) {
    const created = super.createSession(req, data)
    const loaded = data[LOADED]
    if (!loaded) return created
    created[LOADED] = loaded
    // By public id: a parallel request may give the session a new id before this one ends it.
    const destroy = (done: Done = ignore) => {
      Reflect.deleteProperty(req, 'session')
      this.end(loaded.live.publicId, 'signed-out').then(() => done(), done)
      return created
    }
    return Object.defineProperty(created, 'destroy', { value: destroy, configurable: true, writable: true })
  }

  /** The live session behind a request's session object; undefined for one that no row stands for. */
  liveOf(session: SessionData | undefined): LiveSession | undefined {
    return session?.[LOADED]?.live
  }

  /** Whether this request has something to save. */
  isChanged(session: SessionData | undefined): boolean {
    if (session === undefined) return false
    const { cookie: _, ...content } = session
    // Nearly all requests leave what they were given, and so the same text.
    return JSON.stringify(content) !== contentBefore(session) && changesIn(session).size > 0
  }

  override set(sid: string, session: SessionData, done: Done = ignore) {
    this.#save(sid, session).then(() => done(), done)
  }

  async #save(sid: string, session: SessionData) {
    const loaded = session[LOADED]
    // Content that was carried over to a new session by hand brings what it was loaded from along.
    if (loaded?.live.sid !== sid) return this.#insert(sid, session)
    const changes = changesIn(session)
    let live: LiveSession | undefined = changes.size > 0 ? loaded.live : undefined
    for (let attempt = 0; live && attempt < MERGE_ATTEMPTS; attempt++) {
      const content = applyChanges(JSON.parse(live.data), changes)
      const data = JSON.stringify(content)
      if (await this.table.update(live, data, userOf(content)))
        return this.#saved(session, { ...live, data, version: live.version + 1 })
      live = await this.table.findAgain(live)
    }
    // A session that ended meanwhile stays ended, and what a slow request wanted to keep in it goes with it.
    if (live) throw new Error('one session is written by too many requests at once')
  }

  #saved(session: SessionData, live: LiveSession) {
    session[LOADED] = { live, content: JSON.stringify(contentOf({ ...session })) }
    this.#forget(live)
  }

  async #insert(sid: string, session: SessionData) {
    const content = contentOf({ ...session })
    const req: Request | undefined = Reflect.get(session, 'req')
    const now = Date.now()
    const remember = content.remember === true
    const { idle, absolute } = this.#options.lifetimes.beginningWith(content)
    const live: LiveSession = {
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
    const userAgent = req?.headers?.['user-agent']?.slice(0, USER_AGENT_LIMIT) ?? null
    await this.table.insert({ ...live, userId: userOf(content), ip: req?.ip ?? null, userAgent })
    this.#cache.forgetKey(sid)
    session[LOADED] = { live, content: live.data }
  }

  /** What the next session of this request begins with: `regenerate` lays it in, so that a login is one INSERT. */
  beginWith(req: Request, content: SessionContent) {
    this.#beginnings.set(req, content)
  }

  /** Ends the session that the request came with, if a row stands for it, and begins one under a new id (ASVS 7.2.4). */
  override regenerate(req: Request, done: Done) {
    const live = this.liveOf(req.session)
    const ended = live ? this.end(live.publicId, 'replaced') : Promise.resolve()
    ended.then(() => this.#begin(req)).then(() => done(), done)
  }

  #begin(req: Request) {
    this.generate(req)
    const content = this.#beginnings.get(req)
    this.#beginnings.delete(req)
    if (!content) return
    Object.assign(req.session, content)
    req.session.cookie.maxAge = this.#options.lifetimes.beginningWith(content).absolute
  }

  /** Gives the session of this request a new id; the old one is dead at once, while content, public id and limits stay (ASVS 7.2.4). */
  async renew(req: Request) {
    const live = this.liveOf(req.session)
    if (!live) return
    const sid = newSid()
    const moved = await this.table.rename(live.sid, sid, this.#secretId)
    this.#forget(live)
    // Where a parallel request was faster, this one goes on under the id that it gave.
    const current = moved ? { ...live, sid, renew: false } : await this.table.findAgain(live)
    if (!current) return
    // Only what this request changed itself: the faster one may have saved changes of its own.
    const changes = changesIn(req.session)
    req.sessionID = current.sid
    const renewed = this.createSession(req, this.#dataOf(current, applyChanges(JSON.parse(current.data), changes)))
    renewed.cookie.expires = new Date(current.absoluteExpires)
  }

  /** Has each session of a user renewed at its next request: the user's role or credentials changed. */
  async renewByUser(userId: string) {
    await this.table.renewByUser(userId)
    this.#options.channel.publish({ kind: 'user', userId })
  }

  /** Notes that the newest secret signs the cookie from this answer on. */
  async resigned(live: LiveSession) {
    await this.table.resign(live.sid, this.#secretId)
    live.secretId = this.#secretId
  }

  /**
   * Moves the idle limit where that is worth a write (SESSION_TOUCH_SHARE), never beyond the absolute limit. Written in the
   * background: the answer does not wait for it, and one that fails costs nobody the session.
   */
  touchIfDue(live: LiveSession) {
    const now = Date.now()
    const { idle, touchAfter } = this.#options.lifetimes.of(live.remember)
    if (now - live.lastSeenAt < touchAfter) return
    live.lastSeenAt = now
    this.counters.touches++
    const expires = Math.min(now + idle, live.absoluteExpires)
    const touched = (alive: boolean) => {
      if (alive) live.expires = expires
      else this.#cache.forgetKey(live.sid)
    }
    this.table.touch(live.sid, now, expires).then(touched, () => this.#cache.forgetKey(live.sid))
  }

  /** express-session's word for signing out. */
  override destroy(sid: string, done: Done = ignore) {
    this.#endBySid(sid, 'signed-out').then(() => done(), done)
  }

  async #endBySid(sid: string, reason: EndReason) {
    await this.table.endBySid(sid, reason)
    this.#cache.forgetKey(sid)
  }

  /** @returns whether there was such a live session */
  async end(publicId: string, reason: EndReason): Promise<boolean> {
    const ended = await this.table.end(publicId, reason)
    this.#options.channel.publish({ kind: 'session', publicId })
    return ended === 1
  }

  /** Ends a session only if it is this user's. @returns whether it was, and alive */
  async endOwn(userId: string, publicId: string, reason: EndReason): Promise<boolean> {
    const ended = await this.table.endOwn(userId, publicId, reason)
    this.#options.channel.publish({ kind: 'session', publicId })
    return ended === 1
  }

  /** Ends all sessions of a user, but the one under `exceptSid`. @returns how many */
  async endByUser(userId: string, reason: EndReason, exceptSid = ''): Promise<number> {
    const ended = await this.table.endByUser(userId, reason, exceptSid)
    this.#options.channel.publish({ kind: 'user', userId })
    return ended
  }

  /**
   * The same inside a transaction; the caches hear of it when it commits.
   * @returns how many
   */
  async endByUserWithin(transaction: Transaction, userId: string, reason: EndReason, exceptSid = ''): Promise<number> {
    const ended = await endSessionsOf(transaction, userId, reason, exceptSid)
    transaction.afterCommit(() => this.forgetUser(userId))
    return ended
  }

  /** Lets go of what is cached of a user, here and elsewhere. */
  forgetUser(userId: string) {
    this.#options.channel.publish({ kind: 'user', userId })
  }

  /** Lets go of everything that is cached, here and elsewhere: what a role grants has changed. */
  forgetAll() {
    this.#options.channel.publish({ kind: 'everything' })
  }

  override clear(done: Done = ignore) {
    const ended = this.table.endAll('admin')
    ended.then(() => this.#options.channel.publish({ kind: 'everything' })).then(() => done(), done)
  }

  override all(answer: Answer<Record<string, SessionData>>) {
    const sessions = this.table.all()
    const byId = sessions.then(all =>
      Object.fromEntries(
        all.map(each => [each.sid, { ...each.content, cookie: this.#cookieUntil(each.absoluteExpires) }]),
      ),
    )
    byId.then(found => answer(null, found), answer)
  }

  override length(answer: (error: unknown, length?: number) => void) {
    this.table.count().then(count => answer(null, count), answer)
  }

  /** @param after where the page before ended */
  listByUser(userId: string, limit: number, after?: Position): Promise<ListedSession[]> {
    return this.table.listByUser(userId, limit, after)
  }

  endReason(sid: string): Promise<EndReason | undefined> {
    return this.table.endReason(sid)
  }

  countBySecret(): Promise<Map<string, number>> {
    return this.table.countBySecret()
  }

  /** How many sessions are cached now. */
  get cached() {
    return this.#cache.size
  }

  #forget(live: LiveSession) {
    this.#cache.forgetKey(live.sid)
    this.#options.channel.publish({ kind: 'session', publicId: live.publicId })
  }

  /**
   * The form that express-session takes. The cookie has no expiry: the browser has it from the sign-in, and for one that has
   * express-session serialises the session once more, to find out whether to send it again.
   * @param content what the request finds in it
   */
  #dataOf(live: LiveSession, content: SessionContent = JSON.parse(live.data)): SessionData {
    const data = content as SessionContent & SessionData
    data.cookie = { ...this.#options.cookie.attributes, expires: null, originalMaxAge: null }
    data[LOADED] = { live, content: live.data }
    // express-session would serialise and hash it all, to find out at the end what the store finds out by itself (`isChanged`).
    return Object.defineProperty(data, 'toJSON', { value: () => null })
  }

  #cookieUntil(expires: Date) {
    return { ...this.#options.cookie.attributes, expires, originalMaxAge: expires.getTime() - Date.now() }
  }
}

/** A client that only polls does not prolong its session. */
export const isPassive = (req: Request) => req.headers?.['x-session-passive'] === '1'

/** 192 bits, in the form of express-session's own ids. */
const newSid = () => randomBytes(24).toString('base64url')

/** What its request was given, as JSON; nothing, where no row stands for the session. */
const contentBefore = (session: SessionData) => session[LOADED]?.content ?? '{}'

/** What its request changed so far. */
const changesIn = (session: SessionData) => changesBetween(JSON.parse(contentBefore(session)), { ...session })

const userOf = (content: SessionContent): string | null =>
  (content.passport as { user?: string } | undefined)?.user ?? null

const ignore = () => {}
