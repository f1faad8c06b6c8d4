import type { Logger } from 'winston'
import type { Invalidation, InvalidationChannel } from './channel.ts'

/** Reaches the listeners of this process only; the drivers of the databases tell theirs through it. */
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
