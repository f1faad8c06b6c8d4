import type { Logger } from 'winston'
import { seconds } from '../durations.ts'

const SHORTEST = 100
const LONGEST = seconds(5)

/** In ms. */
export type Instant = { readonly monotonic: number; readonly wall: number }

export function now(): Instant {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** In ms. The monotonic clock stops during sleep, and the wall clock can be set back. */
export function elapsedSince(then: Instant): number {
  return Math.max(performance.now() - then.monotonic, Date.now() - then.wall)
}

/** Calls back after a delay. Input that arrived while this process was busy is read first. */
export function startDeadline(milliseconds: number, onMissed: () => void): () => void {
  let afterReading: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    afterReading = setImmediate(onMissed)
  }, milliseconds).unref()

  return () => {
    clearTimeout(timer)
    clearImmediate(afterReading)
  }
}

/** In ms, doubling from the shortest to the longest, with jitter so that nodes do not reconnect in step. */
export function createBackOff({ shortest, longest } = { shortest: SHORTEST, longest: LONGEST }) {
  let wait = shortest

  return {
    next(): number {
      const spread = wait * (0.75 + Math.random() / 2)
      wait = Math.min(wait * 2, longest)
      return Math.min(spread, longest)
    },
    reset(): void {
      wait = shortest
    },
  }
}

export function createLossLog(logger: Logger, driver: 'postgres' | 'sqlite' | 'redis') {
  let isLost = false

  return {
    lost(error: unknown): boolean {
      if (isLost) return false
      isLost = true
      logger.warn('Cache invalidation is lost: sessions are read from the database', {
        driver,
        reason: reasonOf(error),
      })
      return true
    },
    back(): void {
      if (isLost) logger.info('Cache invalidation is back', { driver })
      isLost = false
    },
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection to a name with two addresses has a code but no message.
  return error.message || ('code' in error ? String(error.code) : error.name)
}
