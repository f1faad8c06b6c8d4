import { LRUCache } from 'lru-cache'
import type { Invalidation, InvalidationChannel } from './channel.ts'

type Options<Entry> = {
  /** 0 disables the cache. */
  size: number
  channel: InvalidationChannel
  keyOf(entry: Entry): string
  /** Subjects (see `subjectOf`) whose change removes the entry. */
  subjectsOf(entry: Entry): string[]
}

/** Serves an entry only while the channel is alive and the entry has not expired. */
export class InvalidatedCache<Entry extends { expires: number }> {
  /** Answers from memory, and answers that needed a read. */
  readonly lookups = { hits: 0, misses: 0 }
  readonly #entries: LRUCache<string, Entry>
  readonly #index = new Map<string, Set<string>>()
  readonly #loads = new Map<string, Promise<Entry | undefined>>()
  readonly #options: Options<Entry>

  constructor(options: Options<Entry>) {
    this.#options = options
    this.#entries = new LRUCache({
      max: Math.max(1, options.size),
      dispose: (entry, key) => this.#unlink(options.subjectsOf(entry), key),
    })
    options.channel.subscribe(change => this.#forget(change))
  }

  get size() {
    return this.#entries.size
  }

  get(key: string, now: number): Entry | undefined {
    if (!this.#options.channel.isAlive()) return undefined
    const entry = this.#entries.get(key)
    if (!entry || entry.expires <= now) return undefined
    this.lookups.hits++
    return entry
  }

  getBySubject(subject: string, now: number): Entry | undefined {
    const [key] = this.#index.get(subject) ?? []
    return key === undefined ? undefined : this.get(key, now)
  }

  /** Parallel loads share one read, unless an invalidation arrived since it began. */
  load(name: string, read: () => Promise<Entry | undefined>): Promise<Entry | undefined> {
    this.lookups.misses++
    const running = this.#loads.get(name)
    // A disabled cache must not answer with a read that began earlier.
    if (running && this.#options.size > 0 && this.#options.channel.isAlive()) return running
    // An invalidation since the start of the read has removed it from the list.
    const unlist = () => this.#loads.get(name) === load && this.#loads.delete(name)
    const load: Promise<Entry | undefined> = read().then(
      entry => (unlist() ? this.#keep(name, entry) : entry),
      error => {
        unlist()
        throw error
      },
    )
    this.#loads.set(name, load)
    return load
  }

  forgetKey(key: string) {
    // Reads under way may be stale; unlisted, they are not cached.
    this.#loads.clear()
    this.#entries.delete(key)
  }

  #forget(change: Invalidation) {
    this.#loads.clear()
    if (change.kind === 'everything') return this.#entries.clear()
    if (change.kind !== 'keys') this.#forgetSubject(subjectOf(change))
  }

  #forgetSubject(subject: string) {
    // A copy, because each deletion changes the index.
    for (const key of [...(this.#index.get(subject) ?? [])]) this.#entries.delete(key)
  }

  #link(subjects: string[], key: string) {
    for (const subject of subjects) this.#index.set(subject, (this.#index.get(subject) ?? new Set()).add(key))
  }

  #unlink(subjects: string[], key: string) {
    for (const subject of subjects) {
      const keys = this.#index.get(subject)
      keys?.delete(key)
      if (keys?.size === 0) this.#index.delete(subject)
    }
  }

  #keep(name: string, entry: Entry | undefined) {
    if (this.#options.size === 0) return entry
    if (entry) {
      const key = this.#options.keyOf(entry)
      this.#entries.set(key, entry)
      this.#link(this.#options.subjectsOf(entry), key)
    } else {
      this.#entries.delete(name)
      this.#forgetSubject(name)
    }
    return entry
  }
}

/** Ids are random, so those of sessions, users and tokens cannot collide. */
export function subjectOf(change: Exclude<Invalidation, { kind: 'everything' | 'keys' }>): string {
  if (change.kind === 'session') return change.publicId
  return change.kind === 'user' ? change.userId : change.id
}
