import { randomUUID } from 'node:crypto'
import type { Logger } from '../../configs/logger.ts'
import type { Redis } from '../../configs/redis.ts'
import { seconds } from '../durations.ts'
import { channelOver, createPayloadReader, type InvalidationChannel, openInProcessChannel } from './channel.ts'
import { createLossLog, elapsedSince, type Instant, now } from './liveness.ts'
import { createRounds } from './rounds.ts'

const HEARTBEAT_EVERY = 500
const STALE_AT_MOST = seconds(2)
const ECHO_WITHIN = seconds(2)

/** Numbers the changes, so that a listener notices those that it missed. Within a Lua script. */
export const ANNOUNCE = `
  local function announce(changes, payload)
    redis.call('PUBLISH', changes, redis.call('INCR', changes) .. ' ' .. payload)
  end`

/** Publishes a marker under the number of the latest change. */
const MARK = `redis.call('PUBLISH', KEYS[1], (redis.call('GET', KEYS[1]) or '0') .. ' ' .. ARGV[1])`

/** Counter of changes, and the channel on which they are published. */
export function changesIn({ prefix }: Pick<Redis, 'prefix'>): string {
  return `${prefix}changes`
}

type Marker = PromiseWithResolvers<void> & { payload: string; sentAt: Instant }

/** Hears of the changes that scripts announce. Keeps trying if Redis does not answer. */
export async function openRedisChannel(redis: Redis, logger: Logger): Promise<InvalidationChannel> {
  const local = openInProcessChannel(logger)
  const lossLog = createLossLog(logger, 'redis')
  const onPayload = createPayloadReader(local.publish, logger)
  const sync = createRounds(roundTrip)
  const changes = changesIn(redis)
  const node = randomUUID()
  let sent = 0
  let position: number | undefined
  let awaited: Marker | undefined
  let provenAt: Instant | undefined

  await redis.subscribe(changes, hear)
  await sync().catch(ignore)
  const heartbeat = setInterval(() => sync().catch(ignore), HEARTBEAT_EVERY).unref()

  function hear(message: string) {
    const [, number = '', payload = ''] = /^(\d+) (.*)$/.exec(message) ?? []
    const isMarker = payload.startsWith('sync:')
    follow(Number(number), isMarker)
    if (!isMarker) return onPayload(payload)
    if (awaited?.payload !== payload) return
    provenAt = awaited.sentAt
    lossLog.back()
    awaited.resolve()
  }

  /** A number out of turn: something was missed, or the server has lost its counter. */
  function follow(number: number, isMarker: boolean) {
    const expected = position === undefined || isMarker ? position : position + 1
    position = number
    if (number !== expected) local.publish({ kind: 'everything' })
  }

  async function roundTrip() {
    sent += 1
    const marker = { ...Promise.withResolvers<void>(), payload: `sync:${node}:${sent}`, sentAt: now() }
    awaited = marker
    const giveUp = setTimeout(() => marker.reject(new Error('Redis did not return the marker')), ECHO_WITHIN)
    try {
      await Promise.all([marker.promise, redis.eval(MARK, { keys: [changes], arguments: [marker.payload] })])
    } catch (error) {
      provenAt = undefined
      if (lossLog.lost(error)) local.publish({ kind: 'everything' })
      throw error
    } finally {
      clearTimeout(giveUp)
    }
  }

  function close(): Promise<void> {
    clearInterval(heartbeat)
    provenAt = undefined
    awaited?.reject(new Error('The invalidation channel is closed'))
    return Promise.resolve()
  }

  const lag = () => (provenAt ? elapsedSince(provenAt) : Number.POSITIVE_INFINITY)

  return channelOver(local, { sync, lag, staleAtMost: STALE_AT_MOST, close })
}

/** The database announces its changes, Redis those of what it holds. Alive while both are. */
export function joinChannels(database: InvalidationChannel, redis: InvalidationChannel): InvalidationChannel {
  return {
    subscribe: listener => {
      database.subscribe(listener)
      redis.subscribe(listener)
    },
    publish: database.publish,
    sync: async () => void (await Promise.all([database.sync(), redis.sync()])),
    lag: () => Math.max(database.lag(), redis.lag()),
    isAlive: () => database.isAlive() && redis.isAlive(),
    staleAtMost: Math.max(database.staleAtMost, redis.staleAtMost),
    close: async () => void (await Promise.all([database.close(), redis.close()])),
  }
}

/** The failure has been logged already. */
function ignore() {}
