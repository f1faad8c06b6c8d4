import type { Logger } from 'winston'

/** What may no longer be served from a cache. */
export type Invalidation =
  | { kind: 'session'; publicId: string }
  | { kind: 'user'; userId: string }
  | { kind: 'token'; id: string }
  | { kind: 'keys' }
  | { kind: 'everything' }

/** How the caches of all processes on one database learn of changes. */
export type InvalidationChannel = {
  subscribe(listener: (change: Invalidation) => void): void
  /** Tells this process at once (synchronously); other processes learn it from the database itself. */
  publish(change: Invalidation): void
  /**
   * Resolves when every change that was committed before this call has reached the listeners of this process.
   * @throws Error when the database cannot be asked; the channel is not alive then.
   */
  sync(): Promise<void>
  /** Whether the channel was confirmed alive recently enough for cached sessions to be served. */
  isAlive(): boolean
  /** The published bound in ms: no cached entry is served longer than this after a change was committed elsewhere. */
  readonly staleAtMost: number
  /** Never rejects; afterwards nothing runs and the channel is not alive. */
  close(): Promise<void>
}

/** Reaches the listeners of this process only. The channels of both databases are built on it. */
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
    isAlive: () => true,
    staleAtMost: 0,
    close: () => Promise.resolve(),
  }
}

/**
 * Reads what the triggers of the database write: `session:<publicId>`, `user:<userId>`, `token:<id>`, `keys` or `everything`.
 * Anything else empties the cache, since it may have been meant to end a session.
 */
export function createPayloadReader(publish: (change: Invalidation) => void, logger: Logger) {
  return (payload: unknown): void => {
    const change = parsePayload(payload)
    // Only the length is logged: what was not understood may hold anything.
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
