import { LRUCache } from 'lru-cache'
import type { Invalidation, InvalidationChannel } from './channel.ts'

type Options<Entry> = {
  /** How many entries at most; 0 turns the cache off. */
  size: number
  channel: InvalidationChannel
  keyOf(entry: Entry): string
  /** What an entry was made of, as `subjectOf` writes it: a change of any of these makes the cache forget it. */
  subjectsOf(entry: Entry): string[]
}

/**
 * A bounded LRU of what was read about sessions and tokens with their users. It may only ever make things faster: an entry is served
 * while the channel is known to be alive and the entry is within its limits, else the database is asked.
 */
export class InvalidatedCache<Entry extends { expires: number }> {
  readonly #entries: LRUCache<string, Entry>
  /** The keys of the entries that were made from a subject. */
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
    return entry && entry.expires > now ? entry : undefined
  }

  /** An entry by a subject that no other entry has. */
  getBySubject(subject: string, now: number): Entry | undefined {
    const [key] = this.#index.get(subject) ?? []
    return key === undefined ? undefined : this.get(key, now)
  }

  /**
   * Reads through; parallel requests for one share one read, unless something was forgotten since it began.
   * @param name the key or the subject that is read
   */
  load(name: string, read: () => Promise<Entry | undefined>): Promise<Entry | undefined> {
    const running = this.#loads.get(name)
    // Who turns the cache off wants no answer that is older than the question.
    if (running && this.#options.size > 0 && this.#options.channel.isAlive()) return running
    // Still listed is what nothing was forgotten of since the read began.
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
    // A read on its way may carry what is to be forgotten; not being listed any more, it will not be kept.
    this.#loads.clear()
    this.#entries.delete(key)
  }

  #forget(change: Invalidation) {
    this.#loads.clear()
    if (change.kind === 'everything') return this.#entries.clear()
    if (change.kind !== 'keys') this.#forgetSubject(subjectOf(change))
  }

  #forgetSubject(subject: string) {
    // A copy, as each deletion changes the index.
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

/** The id of what changed. All are random, so those of sessions, users and tokens never meet. */
export function subjectOf(change: Exclude<Invalidation, { kind: 'everything' | 'keys' }>): string {
  if (change.kind === 'session') return change.publicId
  return change.kind === 'user' ? change.userId : change.id
}
