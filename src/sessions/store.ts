import { randomBytes, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import connectSessionSequelize from 'connect-session-sequelize'
import type { Request } from 'express'
import session, { type SessionData } from 'express-session'
import { Op } from 'sequelize'
import { afterCommit } from '../../configs/database/transactions.ts'
import type { Database } from '../../configs/database.ts'
import type { EndReason } from '../../models/session.ts'
import { type Client, clientOf } from '../client-address.ts'
import type { Principal } from '../identity/principal.ts'
import { InvalidatedCache, subjectOf } from '../invalidation/cache.ts'
import type { Invalidation, InvalidationChannel } from '../invalidation/channel.ts'
import type { Position } from '../keyset.ts'
import { cookieChanges, plainCookie, type SessionCookie, secretId } from './cookie.ts'
import { refuseReserved, type SessionFacts } from './facts.ts'
import { isPassive, type Lifetimes } from './lifetimes.ts'
import {
  applyChanges,
  type Changes,
  changesBetween,
  type LiveSession,
  type OwnCookie,
  readContent,
  type SessionContent,
  userOf,
} from './row.ts'
import type { ListedSession, SessionTable } from './table.ts'

type StockOptions = { db: Database['sequelize']; table: string; checkExpirationInterval: number }
const StockStore = connectSessionSequelize(session.Store) as unknown as new (options: StockOptions) => session.Store

export type SessionStoreOptions = {
  database: Database
  table: SessionTable
  channel: InvalidationChannel
  lifetimes: Lifetimes
  cookie: SessionCookie
  cacheSize: number
}

type Done = (error?: unknown) => void
type Answer<T> = (error: unknown, value?: T | null) => void

type Loaded = {
  live?: LiveSession
  /** JSON, because the request may change nested values. */
  content: string
  cookie: OwnCookie
  /** Allowed values of reserved keys, if they differ from the row's. */
  facts?: SessionFacts
  ended?: true
  req?: Request
}

/** Each lost attempt is another writer's success, so only a bug loses this many. */
const MERGE_ATTEMPTS = 50
const USER_AGENT_LIMIT = 255

/**
 * Overrides the row methods of connect-session-sequelize, which treat ended and expired rows as
 * live (docs/decisions/0002).
 */
export class SessionStore extends StockStore {
  declare generate: (req: Request) => void
  readonly counters = { touches: 0, swept: 0, ended: new Map<EndReason, number>() }
  readonly table: SessionTable
  readonly #options: SessionStoreOptions
  readonly #cache: InvalidatedCache<LiveSession>
  /** By the data that `get` returned, and by express-session's object made from it. */
  readonly #loaded = new WeakMap<SessionData, Loaded>()
  readonly #secretId: string

  constructor(options: SessionStoreOptions) {
    super({ db: options.database.sequelize, table: 'Session', checkExpirationInterval: 0 })
    this.table = options.table
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

  get cachedSessions(): number {
    return this.#cache.size
  }

  get cacheLookups(): { hits: number; misses: number } {
    return this.#cache.lookups
  }

  findCached(sid: string): LiveSession | undefined {
    return this.#cache.get(sid, Date.now())
  }

  async find(sid: string): Promise<LiveSession | undefined> {
    return this.findCached(sid) ?? (await this.read(sid))
  }

  read(sid: string): Promise<LiveSession | undefined> {
    return this.#cache.load(sid, () => this.table.find(sid))
  }

  async findByPublicId(publicId: string): Promise<LiveSession | undefined> {
    const subject = subjectOf({ kind: 'session', publicId })
    return (
      this.#cache.getBySubject(subject, Date.now()) ??
      (await this.#cache.load(subject, () => this.table.findByPublicId(publicId)))
    )
  }

  override get(sid: string, answer: Answer<SessionData>) {
    this.find(sid)
      .then(live => (live ? this.#dataOf(live) : null))
      .then(data => answer(null, data), answer)
  }

  override createSession(req: Request, data: SessionData) {
    const loaded = this.#loaded.get(data)
    const created = super.createSession(req, data)
    if (loaded) this.#loaded.set(created, { ...loaded, req })
    return created
  }

  liveOf(session: SessionData | null | undefined): LiveSession | undefined {
    return session ? this.#loaded.get(session)?.live : undefined
  }

  override set(sid: string, session: SessionData, done: Done = ignore) {
    this.#save(sid, session).then(() => done(), done)
  }

  /** Called if a request changed at most the cookie; a late `done` splits the response. */
  override touch(sid: string, session: SessionData, done: Done = ignore) {
    const { live, req } = this.#loaded.get(session) ?? {}
    if (live && this.#changesIn(session).size > 0) return this.set(sid, session, done)
    if (live && !(req && isPassive(req))) this.touchIfDue(live)
    done()
  }

  /**
   * Saves session changes before the response is sent (ASVS 16.5.3).
   * @throws StoreUnavailable, ReservedKey
   */
  async saveChanges(req: Request) {
    const { session } = req
    if (!session || !this.#isChanged(session)) return
    await promisify(session.save.bind(session))()
    const loaded = this.#loaded.get(session)
    if (loaded?.ended) Object.assign(req, { session: undefined })
    else if (loaded?.live && loaded.live.sid !== req.sessionID) this.#goOnUnder(req, loaded.live)
  }

  #goOnUnder(req: Request, live: LiveSession, content?: SessionContent) {
    req.sessionID = live.sid
    return this.createSession(req, this.#dataOf(live, content))
  }

  async #save(sid: string, session: SessionData) {
    refuseReserved(session, this.#factsOf(session))
    const loaded = this.#loaded.get(session)
    if (!loaded?.live) return this.#insert(sid, session, loaded)
    const isUse = !(loaded.req && isPassive(loaded.req))
    const changes = this.#changesIn(session)
    if (changes.size > 0) await this.#update(session, { ...loaded, live: loaded.live }, changes, isUse)
    else if (isUse) this.touchIfDue(loaded.live)
  }

  #isChanged(session: SessionData): boolean {
    const changes = this.#changesIn(session)
    return changes.size > (!this.liveOf(session) && changes.has('cookie') ? 1 : 0)
  }

  #changesIn(session: SessionData): Changes {
    const before = this.#loaded.get(session)?.content ?? '{}'
    const after = this.#contentOf(session)
    return JSON.stringify(after) === before ? new Map() : changesBetween(JSON.parse(before), after)
  }

  #contentOf(session: SessionData): SessionContent {
    const { cookie: _, ...content } = session
    const cookie = this.#ownCookie(session)
    return cookie === undefined ? content : { ...content, cookie }
  }

  #ownCookie(session: SessionData): OwnCookie | null | undefined {
    if (!session.cookie) return null
    const { live, cookie } = this.#loaded.get(session) ?? this.#nothingLoaded(session)
    const changed = cookieChanges(cookie, plainCookie(session.cookie))
    return Object.keys(changed).length > 0 ? { ...live?.cookie, ...changed } : live?.cookie
  }

  #factsOf(session: SessionData): SessionFacts {
    const loaded = this.#loaded.get(session)
    return loaded?.facts ?? JSON.parse(loaded?.content ?? '{}')
  }

  #paceOf({ remember, cookie }: Pick<LiveSession, 'remember' | 'cookie'>) {
    const pace = this.#options.lifetimes.of(remember)
    const maxAge = cookie?.originalMaxAge ?? pace.idle
    return maxAge < pace.idle ? { idle: maxAge, touchAfter: 0 } : pace
  }

  #endOf(live: LiveSession, lastSeenAt: number) {
    return Math.min(lastSeenAt + this.#paceOf(live).idle, live.absoluteExpires)
  }

  async #update(session: SessionData, loaded: Loaded & { live: LiveSession }, changes: Changes, isUse: boolean) {
    // What this request saw, not the stored row, which may have a parallel request's keys.
    const written = { content: JSON.stringify(this.#contentOf(session)), cookie: plainCookie(session.cookie) }
    let live: LiveSession | undefined = loaded.live
    for (let attempt = 0; live && attempt < MERGE_ATTEMPTS; attempt++) {
      const data = JSON.stringify(applyChanges(JSON.parse(live.data), changes))
      const next = this.#written(live, data, isUse)
      if (await this.table.update(live, next, userOf(data))) {
        this.#loaded.set(session, { ...loaded, live: next, ...written })
        this.#forget(next)
        return
      }
      live = await this.table.findByPublicId(live.publicId)
    }
    if (live) throw new Error('one session is written by too many requests at once')
    this.#loaded.set(session, { ...loaded, ended: true })
  }

  /** A passive request may shorten the session's life, but not extend it. */
  #written(live: LiveSession, data: string, isUse: boolean): LiveSession {
    const next = { ...live, ...readContent(data), version: live.version + 1, answer: undefined }
    const now = Date.now()
    if (isUse && now - live.lastSeenAt >= this.#paceOf(next).touchAfter) next.lastSeenAt = now
    next.expires = isUse ? this.#endOf(next, next.lastSeenAt) : Math.min(live.expires, this.#endOf(next, now))
    return next
  }

  async #insert(sid: string, session: SessionData, loaded: Loaded | undefined) {
    const req = loaded?.req
    const content = this.#contentOf(session)
    const live = await this.#create(sid, content, req?.user ?? null, req && clientOf(req))
    this.#loaded.set(session, { ...loaded, live, content: live.data, cookie: plainCookie(session.cookie) })
  }

  async #create(sid: string, content: SessionContent, principal: Principal | null, client: Client | undefined) {
    const data = JSON.stringify(content)
    const now = Date.now()
    const live: LiveSession = {
      sid,
      publicId: randomUUID(),
      ...readContent(data),
      version: 1,
      secretId: this.#secretId,
      renew: false,
      createdAt: now,
      lastSeenAt: now,
      expires: now,
      absoluteExpires: now + this.#options.lifetimes.beginningWith(content).absolute,
      principal,
    }
    live.expires = this.#endOf(live, now)
    await this.table.insert({
      ...live,
      userId: userOf(data),
      ip: client?.address ?? null,
      userAgent: client?.userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
    })
    this.#cache.forgetKey(sid)
    return live
  }

  /**
   * @param principal null while the second factor is missing
   * @param replaces public id of the request's earlier session, which ends (ASVS 7.2.4)
   */
  async create(facts: SessionFacts, principal: Principal | null, client: Client, replaces: string | undefined) {
    if (replaces) await this.end(replaces, 'replaced')
    return await this.#create(newSid(), facts, principal, client)
  }

  adopt(req: Request, live: LiveSession) {
    this.generate(req)
    if (live.principal) req.user = live.principal
    else delete req.user
    this.#goOnUnder(req, live)
  }

  override regenerate(req: Request, done: Done) {
    const facts = this.#factsOf(req.session)
    const replaced = this.#replace(req)
    // The same person goes on in the same browser, so callers may carry the facts over.
    replaced
      .then(() => void this.#loaded.set(req.session, { ...this.#nothingLoaded({}), facts, req }))
      .then(() => done(), done)
  }

  async #replace(req: Request) {
    const live = this.liveOf(req.session)
    if (live) await this.end(live.publicId, 'replaced')
    this.generate(req)
  }

  #nothingLoaded(content: SessionFacts): Loaded {
    const maxAge = this.#options.lifetimes.beginningWith(content).absolute
    return { content: '{}', cookie: { ...this.#options.cookie.attributes, originalMaxAge: maxAge } }
  }

  /**
   * Gives the session a new id; content, public id and limits stay (ASVS 7.2.4).
   * @param facts of a new proof
   */
  async renew(req: Request, facts: SessionFacts = {}) {
    const live = this.liveOf(req.session)
    if (!live) return
    // Only this request's changes: a parallel request may have renewed first and saved its own.
    const changes = this.#changesIn(req.session)
    const sid = newSid()
    const moved = await this.table.rename(live, sid, this.#secretId)
    this.#forget(live)
    const current = moved ? { ...live, sid, renew: false } : await this.table.findByPublicId(live.publicId)
    if (!current) return
    const allowed = { ...this.#factsOf(req.session), ...facts }
    const content = { ...applyChanges(JSON.parse(current.data), changes), ...facts }
    const renewed = this.#goOnUnder(req, current, content)
    this.#loaded.set(renewed, { ...this.#loadedFrom(current), facts: allowed, req })
    await this.saveChanges(req)
  }

  /** Takes effect at the next request of each session. */
  async renewByUser(userId: string) {
    await this.table.renewByUser(userId)
    this.#publish({ kind: 'user', userId })
  }

  async resigned(live: LiveSession) {
    await this.table.resign(live.sid, this.#secretId)
    live.secretId = this.#secretId
  }

  /** In the background; a failure does not end the session. */
  touchIfDue(live: LiveSession) {
    const now = Date.now()
    if (now - live.lastSeenAt < this.#paceOf(live).touchAfter) return
    live.lastSeenAt = now
    this.counters.touches++
    const expires = this.#endOf(live, now)
    const touched = (alive: boolean) => {
      if (!alive) return this.#cache.forgetKey(live.sid)
      live.expires = expires
      delete live.answer
    }
    this.table.touch(live.sid, now, expires).then(touched, () => this.#cache.forgetKey(live.sid))
  }

  override destroy(sid: string, done: Done = ignore) {
    this.endBySid(sid, 'signed-out').then(() => done(), done)
  }

  /** Accepts an earlier id of a renewed session. @returns whether it was live */
  async endBySid(sid: string, reason: EndReason): Promise<boolean> {
    const publicId = this.findCached(sid)?.publicId ?? (await this.table.publicIdOf(sid))
    return publicId === undefined ? false : this.end(publicId, reason)
  }

  async end(publicId: string, reason: EndReason): Promise<boolean> {
    const ended = await this.table.end({ publicId }, reason)
    this.countEnded(reason, ended)
    this.#publish({ kind: 'session', publicId })
    return ended === 1
  }

  async endOwn(userId: string, publicId: string, reason: EndReason): Promise<boolean> {
    const ended = await this.table.end({ userId, publicId }, reason)
    this.countEnded(reason, ended)
    this.#publish({ kind: 'session', publicId })
    return ended === 1
  }

  /** @returns how many */
  async endByUser(userId: string, reason: EndReason, exceptSid = ''): Promise<number> {
    const ended = await this.table.endOfUser(userId, { sid: { [Op.ne]: exceptSid } }, reason)
    this.countEnded(reason, ended)
    this.forgetUser(userId)
    return ended
  }

  /** Removes a user's entries from the cache of every node. */
  forgetUser(userId: string) {
    this.#publish({ kind: 'user', userId })
  }

  forgetAll() {
    this.#publish({ kind: 'everything' })
  }

  #publish(change: Invalidation) {
    afterCommit(() => this.#options.channel.publish(change))
  }

  /** Ends all sessions of all users (ASVS 7.4.5). @returns how many */
  async endAll(reason: EndReason): Promise<number> {
    const ended = await this.table.endAll(reason, () => this.forgetAll())
    this.countEnded(reason, ended)
    return ended
  }

  /** Once the current transaction commits. */
  countEnded(reason: EndReason, count: number) {
    const { ended } = this.counters
    if (count > 0) afterCommit(() => void ended.set(reason, (ended.get(reason) ?? 0) + count))
  }

  override clear(done: Done = ignore) {
    this.endAll('admin').then(() => done(), done)
  }

  override all(answer: Answer<Record<string, SessionData>>) {
    const sessions = this.table.all()
    const byId = sessions.then(all => Object.fromEntries(all.map(each => [each.sid, this.#dataOf(each)])))
    byId.then(found => answer(null, found), answer)
  }

  override length(answer: (error: unknown, length?: number) => void) {
    this.table.count().then(count => answer(null, count), answer)
  }

  listByUser(userId: string, limit: number, after?: Position): Promise<ListedSession[]> {
    return this.table.listByUser(userId, limit, after)
  }

  endReason(sid: string): Promise<EndReason | undefined> {
    return this.table.endReason(sid)
  }

  countBySecret(): Promise<Map<string, number>> {
    return this.table.countBySecret()
  }

  #forget(live: LiveSession) {
    this.#cache.forgetKey(live.sid)
    this.#publish({ kind: 'session', publicId: live.publicId })
  }

  #dataOf(live: LiveSession, content: SessionContent = JSON.parse(live.data)): SessionData {
    const { cookie: own, ...keys } = content
    const data = { ...keys, ...(own !== null && { cookie: this.#cookieOf(live, own as OwnCookie) }) } as SessionData
    this.#loaded.set(data, this.#loadedFrom(live))
    return data
  }

  #loadedFrom(live: LiveSession): Loaded {
    return { live, content: live.data, cookie: plainCookie(this.#cookieOf(live, live.cookie ?? {})) }
  }

  #cookieOf(live: LiveSession, { originalMaxAge, ...attributes }: OwnCookie = {}) {
    const maxAge = originalMaxAge === undefined ? live.absoluteExpires - Date.now() : originalMaxAge
    const begin = originalMaxAge === undefined ? Date.now() : live.lastSeenAt
    const expires = maxAge === null ? null : new Date(begin + maxAge)
    return { ...this.#options.cookie.attributes, ...attributes, originalMaxAge: maxAge, expires }
  }
}

const newSid = () => randomBytes(24).toString('base64url')

function ignore() {}
