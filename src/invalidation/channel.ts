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
