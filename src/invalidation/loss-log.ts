import type { Logger } from 'winston'

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
