import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import { Client } from 'pg'
import { seconds } from '../durations.ts'
import { elapsedSince, type Instant, now, startDeadline } from './liveness.ts'

const CHANNEL = 'latchkey_invalidation'
const CONNECT_WITHIN = seconds(5)
const ECHO_WITHIN = seconds(2)
const CLOSE_WITHIN = 500

type Options = {
  connectionString: string
  onPayload: (payload: unknown) => void
  /** Called once, unless the connection was closed by `close()`. */
  onLost: (error: unknown) => void
}

type Marker = PromiseWithResolvers<void> & { payload: string; sentAt: Instant }

/** One connection that listens; once lost it is not used again. */
export type PostgresConnection = {
  listen(): Promise<void>
  /**
   * Sends a marker and resolves when it comes back. Notifications arrive in the order of their commits, so everything
   * committed before has been heard by then (PostgreSQL documentation, NOTIFY).
   */
  roundTrip(): Promise<void>
  /** Ms since the newest marker that came back was sent: every older commit has been heard. */
  provenAge(): number
  close(): Promise<void>
}

/** @throws Error when the connection string cannot be read. */
export function openPostgresConnection({ connectionString, onPayload, onLost }: Options): PostgresConnection {
  const socket = new Socket()
  const client = new Client({
    connectionString,
    application_name: 'latchkey invalidation',
    keepAlive: true,
    // Ours, because a peer that vanished without a FIN never answers a polite goodbye.
    stream: () => socket,
  })
  const node = randomUUID()
  let sent = 0
  let listening = false
  let ended = false
  let awaited: Marker | undefined
  let provenAt: Instant | undefined

  // Also emitted when the server hangs up without a word.
  client.on('error', lose)
  client.on('notification', ({ payload }) => hear(payload))

  function hear(payload: string | undefined): void {
    if (awaited && awaited.payload === payload) confirm(awaited)
    // The rest of these are heartbeats of other processes.
    else if (!payload?.startsWith('sync:')) onPayload(payload)
  }

  function confirm(marker: Marker): void {
    provenAt = marker.sentAt
    awaited = undefined
    marker.resolve()
  }

  function lose(error: unknown): void {
    if (ended) return
    end()
    socket.destroy()
    onLost(error)
  }

  function end(): void {
    ended = true
    awaited?.reject(new Error('The invalidation channel was lost'))
  }

  async function listen(): Promise<void> {
    await answered(
      CONNECT_WITHIN,
      client.connect().then(() => client.query(`LISTEN ${CHANNEL}`)),
    )
    listening = true
  }

  async function roundTrip(): Promise<void> {
    if (!listening || ended) throw new Error('The invalidation channel does not listen')
    sent += 1
    const marker = { ...Promise.withResolvers<void>(), payload: `sync:${node}:${sent}`, sentAt: now() }
    awaited = marker
    await answered(ECHO_WITHIN, Promise.all([marker.promise, notify(marker.payload)]))
  }

  function notify(payload: string): Promise<unknown> {
    return client.query({ name: 'notify', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, payload] })
  }

  async function answered(milliseconds: number, work: Promise<unknown>): Promise<void> {
    const stop = startDeadline(milliseconds, () => lose(new Error(`No answer within ${milliseconds} ms`)))
    try {
      await work
    } catch (error) {
      lose(error)
      throw error
    } finally {
      stop()
    }
  }

  async function close(): Promise<void> {
    end()
    const giveUp = setTimeout(() => socket.destroy(), CLOSE_WITHIN).unref()
    await client.end().catch(() => undefined)
    clearTimeout(giveUp)
  }

  return {
    listen,
    roundTrip,
    provenAge: () => (provenAt ? elapsedSince(provenAt) : Number.POSITIVE_INFINITY),
    close,
  }
}
