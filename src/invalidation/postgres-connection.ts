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
  /** Called once, but not after `close()`. */
  onLost: (error: unknown) => void
}

type Marker = PromiseWithResolvers<void> & { payload: string; sentAt: Instant }

/** Not reusable after a loss. */
export type PostgresConnection = {
  listen(): Promise<void>
  /** Sends a marker and waits for it; notifications arrive in commit order (PostgreSQL, NOTIFY). */
  roundTrip(): Promise<void>
  /** In ms since the latest returned marker was sent. */
  provenAge(): number
  close(): Promise<void>
}

/** @throws Error if the connection string is invalid */
export function openPostgresConnection({ connectionString, onPayload, onLost }: Options): PostgresConnection {
  const socket = new Socket()
  const client = new Client({
    connectionString,
    application_name: 'latchkey invalidation',
    keepAlive: true,
    // Owned here, because a peer that disappeared never answers a graceful close.
    stream: () => socket,
  })
  const node = randomUUID()
  let sent = 0
  let listening = false
  let ended = false
  let awaited: Marker | undefined
  let provenAt: Instant | undefined

  client.on('error', lose)
  client.on('notification', ({ payload }) => hear(payload))

  function hear(payload: string | undefined): void {
    if (awaited && awaited.payload === payload) confirm(awaited)
    // Other `sync:` payloads are heartbeats of other processes.
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
