import type { Logger } from 'winston'

export type Invalidation =
  | { kind: 'session'; publicId: string }
  | { kind: 'user'; userId: string }
  | { kind: 'token'; id: string }
  | { kind: 'keys' }
  | { kind: 'everything' }

/** Tells the caches of all processes on one database about changes. */
export type InvalidationChannel = {
  subscribe(listener: (change: Invalidation) => void): void
  /** Synchronous in this process; other processes hear from the database. */
  publish(change: Invalidation): void
  /** Resolves when all earlier commits have reached this process. @throws Error */
  sync(): Promise<void>
  /** In ms: all changes older than this have arrived. Infinity while that is not known. */
  lag(): number
  /** Confirmed recently enough to serve cached sessions. */
  isAlive(): boolean
  /** Most ms that a cached entry is served after a change elsewhere. */
  readonly staleAtMost: number
  /** Never rejects. */
  close(): Promise<void>
}

export function openInProcessChannel(logger: Logger): InvalidationChannel {
  const listeners: ((change: Invalidation) => void)[] = []

  function publish(change: Invalidation): void {
    for (const listener of listeners) tell(listener, change)
  }

  function tell(listener: (change: Invalidation) => void, change: Invalidation): void {
    try {
      listener(change)
    } catch (error) {
      const reason = error instanceof Error ? error.stack : String(error)
      logger.error('A listener failed to take in a cache invalidation', { reason })
    }
  }

  return {
    subscribe: listener => void listeners.push(listener),
    publish,
    sync: () => Promise.resolve(),
    lag: () => 0,
    isAlive: () => true,
    staleAtMost: 0,
    close: () => Promise.resolve(),
  }
}

type Remote = Pick<InvalidationChannel, 'sync' | 'lag' | 'staleAtMost' | 'close'>

/** A channel that also hears from other processes. Alive while its lag is below what it allows. */
export function channelOver(local: InvalidationChannel, remote: Remote): InvalidationChannel {
  const { subscribe, publish } = local
  return { ...remote, subscribe, publish, isAlive: () => remote.lag() < remote.staleAtMost }
}

/** The triggers write `session:<publicId>`, `user:<userId>`, `token:<id>`, `keys` or `everything`. */
export function createPayloadReader(publish: (change: Invalidation) => void, logger: Logger) {
  return (payload: unknown): void => {
    const change = parsePayload(payload)
    // Payloads: `session:<publicId>`, `user:<userId>`, `token:<id>`, `keys` or `everything`.
    if (!change) logger.warn('A malformed cache invalidation empties the cache', { length: `${payload}`.length })
    publish(change ?? { kind: 'everything' })
  }
}

function parsePayload(payload: unknown): Invalidation | undefined {
  if (typeof payload !== 'string') return undefined
  if (payload === 'everything' || payload === 'keys') return { kind: payload }
  const [, kind, id] = /^(session|user|token):(\S+)$/.exec(payload) ?? []
  if (id === undefined) return undefined
  if (kind === 'session') return { kind, publicId: id }
  return kind === 'user' ? { kind, userId: id } : { kind: 'token', id }
}
