import type { Logger } from 'winston'
import type { Primary } from '../../configs/database/primary.ts'
import { seconds } from '../durations.ts'
import { channelOver, createPayloadReader, type InvalidationChannel, openInProcessChannel } from './channel.ts'
import { createBackOff, createLossLog } from './liveness.ts'
import { openPostgresConnection, type PostgresConnection } from './postgres-connection.ts'
import { createRounds } from './rounds.ts'

const HEARTBEAT_EVERY = 500
const STALE_AT_MOST = seconds(2)

type Options = {
  primary: Primary
  logger: Logger
  onLost: () => void
}

/** Keeps trying if the server is unreachable. @throws Error if the URL is invalid */
export async function openPostgresChannel(options: Options): Promise<InvalidationChannel> {
  const { primary, logger } = options
  const local = openInProcessChannel(logger)
  const lossLog = createLossLog(logger, 'postgres')
  const backOff = createBackOff()
  const onPayload = createPayloadReader(local.publish, logger)
  const sync = createRounds(roundTrip)
  let connection: PostgresConnection | undefined
  let server: string | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false

  await connect()
  const heartbeat = setInterval(beat, HEARTBEAT_EVERY).unref()

  async function connect(): Promise<void> {
    const found = await primary.url().catch(onLost)
    if (!found || isClosed) return
    server = found
    connection = openPostgresConnection({ connectionString: found, onPayload, onLost })
    await greet(connection).catch(ignore)
  }

  async function greet(opened: PostgresConnection): Promise<void> {
    await opened.listen()
    // Changes before LISTEN were missed.
    local.publish({ kind: 'everything' })
    await sync()
    lossLog.back()
    backOff.reset()
  }

  async function roundTrip(): Promise<void> {
    if (!connection) throw new Error('The invalidation channel has no connection')
    await connection.roundTrip()
  }

  function beat(): void {
    // A former primary that still takes writes breaks no connection.
    if (primary.takesWrites) primary.url().catch(ignore)
    if (connection && server !== primary.latest()) leave(connection)
    sync().catch(ignore)
  }

  /** Notifications of other nodes arrive at the new primary only. */
  function leave(former: PostgresConnection): void {
    onLost(new Error('Another server is the primary now'))
    void former.close()
  }

  function onLost(error: unknown): void {
    connection = undefined
    primary.forget()
    options.onLost()
    if (lossLog.lost(error)) local.publish({ kind: 'everything' })
    retry = setTimeout(() => connect().catch(onLost), backOff.next()).unref()
  }

  async function close(): Promise<void> {
    isClosed = true
    clearInterval(heartbeat)
    clearTimeout(retry)
    const closing = connection
    connection = undefined
    await closing?.close()
  }

  const lag = () => connection?.provenAge() ?? Number.POSITIVE_INFINITY

  return channelOver(local, { sync, lag, staleAtMost: STALE_AT_MOST, close })
}

/** `onLost` has handled the failure already. */
function ignore(): void {}
