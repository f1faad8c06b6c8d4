import type DataLoader from 'dataloader'
import type { Redis } from '../../configs/redis.ts'
import { minutes } from '../durations.ts'
import { ANNOUNCE, changesIn } from '../invalidation/redis.ts'
import { batchedReads } from './batched-reads.ts'

/** For servers whose clocks differ; the database decides when a session ends. */
const KEPT_LONGER = minutes(5)

/** `data` is JSON. The version counts the writes. */
export type Content = { data: string; version: number }

/** KEYS: content, changes. ARGV: version, data, ms to keep, invalidation. */
const CREATE = `${ANNOUNCE}
  local existed = redis.call('EXISTS', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
  if existed == 1 then announce(KEYS[2], ARGV[4]) end`

/** KEYS: content, changes. ARGV: version read, next version, data, invalidation. 0 if another request wrote first. */
const REPLACE = `${ANNOUNCE}
  local stored = redis.call('GET', KEYS[1])
  if not stored or string.match(stored, '^%d+') ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. ARGV[3], 'KEEPTTL')
  announce(KEYS[2], ARGV[4])
  return 1`

/** What sessions contain, by public id: no key in Redis opens a session. */
export class RedisContents {
  readonly #redis: Redis
  readonly #finds: DataLoader<string, Content | undefined>

  constructor(redis: Redis) {
    this.#redis = redis
    this.#finds = batchedReads(publicIds => this.#findAll(publicIds))
  }

  find(publicId: string): Promise<Content | undefined> {
    return this.#finds.load(publicId)
  }

  async #findAll(publicIds: readonly string[]): Promise<(Content | undefined)[]> {
    const stored = await this.#redis.mGet(publicIds.map(publicId => this.#keyOf(publicId)))
    return stored.map(contentOf)
  }

  /** @param until ms of the epoch */
  async create(publicId: string, { data, version }: Content, until: number): Promise<void> {
    const keep = Math.max(1, until - Date.now() + KEPT_LONGER)
    await this.#redis.eval(CREATE, {
      keys: [this.#keyOf(publicId), changesIn(this.#redis)],
      arguments: [String(version), data, String(keep), `session:${publicId}`],
    })
  }

  /** @returns false if it is gone or another request has written it since */
  async replace(publicId: string, readVersion: number, { data, version }: Content): Promise<boolean> {
    const replaced = await this.#redis.eval(REPLACE, {
      keys: [this.#keyOf(publicId), changesIn(this.#redis)],
      arguments: [String(readVersion), String(version), data, `session:${publicId}`],
    })
    return replaced === 1
  }

  async remove(publicIds: string[]): Promise<void> {
    if (publicIds.length > 0) await this.#redis.del(publicIds.map(publicId => this.#keyOf(publicId)))
  }

  #keyOf(publicId: string) {
    return `${this.#redis.prefix}session:${publicId}`
  }
}

function contentOf(stored: string | null): Content | undefined {
  if (stored === null) return undefined
  const space = stored.indexOf(' ')
  return { version: Number(stored.slice(0, space)), data: stored.slice(space + 1) }
}
