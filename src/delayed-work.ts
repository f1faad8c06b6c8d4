import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../configs/logger.ts'
import { seconds } from './durations.ts'

const SHORTEST_DELAY = seconds(2)
const LONGEST_DELAY = seconds(8)

export type DelayedWork = {
  /**
   * Runs after 2 to 8 s, so that response times reveal nothing (ASVS 6.3.8).
   * @param name for the log: "the mail with a reset link"
   */
  add(name: string, work: () => Promise<void>): void
  /** Runs waiting work now. */
  finish(): Promise<void>
}

export function createDelayedWork(logger: Logger): DelayedWork {
  const pending = new Set<Promise<void>>()
  let hurry = new AbortController()

  async function run(name: string, work: () => Promise<void>, { signal }: AbortController) {
    await pause(randomInt(SHORTEST_DELAY, LONGEST_DELAY), undefined, { signal, ref: false }).catch(() => {})
    try {
      await work()
    } catch (error) {
      logger.error(`${name} failed`, { kind: error instanceof Error ? error.name : typeof error })
    }
  }

  return {
    add(name, work) {
      const done = run(name, work, hurry).finally(() => pending.delete(done))
      pending.add(done)
    },
    async finish() {
      hurry.abort()
      hurry = new AbortController()
      await Promise.all(pending)
    },
  }
}
