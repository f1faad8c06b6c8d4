import { LRUCache } from 'lru-cache'
import type { Invalidation, InvalidationChannel } from '../invalidation/channel.ts'
import type { LiveSession } from './live-session.ts'

/**
 * A bounded LRU of live sessions with their users. It may only ever make things faster: an entry is served while the channel is
 * known to be alive and the entry is within its limits, else the database is asked.
 */
export class SessionCache {
  readonly #entries: LRUCache<string, LiveSession>
  readonly #sidByPublicId = new Map<string, string>()
  readonly #sidsByUser = new Map<string, Set<string>>()
  readonly #loads = new Map<string, Promise<LiveSession | undefined>>()
  readonly #channel: InvalidationChannel
  readonly #size: number

  /** @param size how many sessions at most; 0 turns the cache off */
  constructor(size: number, channel: InvalidationChannel) {
    this.#size = size
    this.#channel = channel
    this.#entries = new LRUCache({ max: Math.max(1, size), dispose: entry => this.#unindex(entry) })
    channel.subscribe(change => this.#forget(change))
  }

  get size() {
    return this.#entries.size
  }

  get(sid: string, now: number): LiveSession | undefined {
    if (!this.#channel.isAlive()) return undefined
    const entry = this.#entries.get(sid)
    return entry && entry.expires > now ? entry : undefined
  }

  /** Reads through; parallel requests for one session share one read, unless something was forgotten since it began. */
  load(sid: string, read: () => Promise<LiveSession | undefined>): Promise<LiveSession | undefined> {
    const running = this.#loads.get(sid)
    // Who turns the cache off wants no answer that is older than the question.
    if (running && this.#size > 0 && this.#channel.isAlive()) return running
    const load: Promise<LiveSession | undefined> = read()
      .then(entry => this.#keep(sid, entry, load))
      .finally(() => {
        if (this.#loads.get(sid) === load) this.#loads.delete(sid)
      })
    this.#loads.set(sid, load)
    return load
  }

  forgetSid(sid: string) {
    this.#loads.delete(sid)
    this.#entries.delete(sid)
  }

  #forget(change: Invalidation) {
    // A read on its way may carry what is to be forgotten; not being listed any more, it will not be kept.
    this.#loads.clear()
    if (change.kind === 'everything') return this.#entries.clear()
    const sids =
      change.kind === 'user'
        ? [...(this.#sidsByUser.get(change.userId) ?? [])]
        : [this.#sidByPublicId.get(change.publicId)]
    for (const sid of sids) if (sid !== undefined) this.#entries.delete(sid)
  }

  #keep(sid: string, entry: LiveSession | undefined, load: Promise<LiveSession | undefined>) {
    if (this.#size === 0 || this.#loads.get(sid) !== load) return entry
    if (!entry) this.#entries.delete(sid)
    else this.#index(entry)
    return entry
  }

  #index(entry: LiveSession) {
    this.#entries.set(entry.sid, entry)
    this.#sidByPublicId.set(entry.publicId, entry.sid)
    const userId = entry.principal?.id
    if (userId === undefined) return
    const sids = this.#sidsByUser.get(userId) ?? new Set()
    this.#sidsByUser.set(userId, sids.add(entry.sid))
  }

  #unindex({ sid, publicId, principal }: LiveSession) {
    this.#sidByPublicId.delete(publicId)
    const sids = principal && this.#sidsByUser.get(principal.id)
    if (!sids) return
    sids.delete(sid)
    if (sids.size === 0) this.#sidsByUser.delete(principal.id)
  }
}
