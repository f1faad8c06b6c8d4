import type { Logger } from 'winston'
import { seconds } from '../durations.ts'

const SHORTEST = 100
const LONGEST = seconds(5)

/** A moment on two clocks, in ms. */
export type Instant = { readonly monotonic: number; readonly wall: number }

export function now(): Instant {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** At least the ms since then: the monotonic clock stands still while the machine sleeps, the wall clock may be set back. */
export function elapsedSince(then: Instant): number {
  return Math.max(performance.now() - then.monotonic, Date.now() - then.wall)
}

/**
 * Calls back in so many ms unless stopped before. A process that was itself held up first gets to read what had already
 * arrived, so it does not blame the other side.
 */
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

/** Waits in ms that double from 100 ms to 5 s; the jitter keeps nodes that lost one server from returning in step. */
export function createBackOff() {
  let wait = SHORTEST

  return {
    next(): number {
      const spread = wait * (0.75 + Math.random() / 2)
      wait = Math.min(wait * 2, LONGEST)
      return Math.min(spread, LONGEST)
    },
    reset(): void {
      wait = SHORTEST
    },
  }
}

/** Logs once when the channel is lost and once when it is back, however many attempts lie between. */
export function createLossLog(logger: Logger, driver: 'postgres' | 'sqlite') {
  let isLost = false

  return {
    /** Whether this loss is news. */
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
  // A refused connection to a name with two addresses has no message, only a code.
  return error.message || ('code' in error ? String(error.code) : error.name)
}
