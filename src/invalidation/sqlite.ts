import type { Logger } from 'winston'
import { channelOver, createPayloadReader, type InvalidationChannel, openInProcessChannel } from './channel.ts'
import { createLossLog, elapsedSince, type Instant, now } from './liveness.ts'
import { createRounds } from './rounds.ts'
import { openSqliteReader, type Reading, type SqliteReader } from './sqlite-reader.ts'

// Costs 0.3 % of a core on an idle server.
const POLL_EVERY = 100
const STALE_AT_MOST = 500

type Options = { path: string; logger: Logger }

/** Polls the rows that triggers add to `Invalidations`; keeps trying if the file is unreadable. */
export async function openSqliteChannel({ path, logger }: Options): Promise<InvalidationChannel> {
  const local = openInProcessChannel(logger)
  const lossLog = createLossLog(logger, 'sqlite')
  const onPayload = createPayloadReader(local.publish, logger)
  const sync = createRounds(poll)
  let reader: SqliteReader | undefined
  let position: number | undefined
  let provenAt: Instant | undefined
  let closed = false

  await sync().catch(ignore)
  const timer = setInterval(() => sync().catch(ignore), POLL_EVERY).unref()

  async function poll(): Promise<void> {
    if (closed) throw new Error('The invalidation channel is closed')
    const startedAt = now()
    try {
      reader ??= await openSqliteReader(path)
      deliver(await reader.read(position))
    } catch (error) {
      await lose(error)
      throw error
    }
    provenAt = startedAt
    lossLog.back()
  }

  function deliver({ newest, payloads }: Reading): void {
    // Rows were deleted unread, or the file was replaced.
    const missed = position === undefined || newest - position !== payloads.length
    position = newest
    if (missed) local.publish({ kind: 'everything' })
    else payloads.forEach(onPayload)
  }

  async function lose(error: unknown): Promise<void> {
    const closing = reader
    reader = undefined
    position = undefined
    provenAt = undefined
    if (lossLog.lost(error)) local.publish({ kind: 'everything' })
    await closing?.close()
  }

  async function close(): Promise<void> {
    closed = true
    clearInterval(timer)
    // The next round finds the channel closed.
    await sync().catch(ignore)
    provenAt = undefined
    await reader?.close()
    reader = undefined
  }

  const lag = () => (provenAt ? elapsedSince(provenAt) : Number.POSITIVE_INFINITY)

  return channelOver(local, { sync, lag, staleAtMost: STALE_AT_MOST, close })
}

/** The failure has been logged already. */
function ignore(): void {}
