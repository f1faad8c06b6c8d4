import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../configs/logger.ts'
import { days, formatDuration, hours } from './durations.ts'

/** In ms between batches, for other statements. */
const PAUSE = 5
/** A larger difference is not a correction. */
const CLOCK_STEP = hours(1)
/** A new time that lasts this long is trusted. */
const CLOCK_SETTLED = days(1)

export type JobState = {
  /** In ms of the epoch; undefined before the first success. */
  succeededAt?: number
  /** In ms, of the latest success. */
  took: number
  /** Since the start. */
  changed: number
  failures: number
}

export type Job = {
  readonly state: Readonly<JobState>
  /** Joins a run under way. @returns how many rows changed */
  runOnce(): Promise<number>
  /** Skips the work if the clock jumped, and logs failures. */
  attempt(): Promise<void>
  /** Waits for the current batch. */
  stop(): Promise<void>
}

type JobOptions = {
  /** For the log: "the sweep of ended sessions". */
  name: string
  /** In ms. */
  every: number
  logger: Logger
  work(signal: AbortSignal): Promise<number>
  /** Default true: such work waits while the clock is not trusted. */
  deletesRows?: boolean
  onFailure?(error: unknown): void
}

export function startJob({ name, every, logger, work, deletesRows = true, onFailure }: JobOptions): Job {
  const stopping = new AbortController()
  const state: JobState = { took: 0, changed: 0, failures: 0 }
  let running: Promise<number> | undefined

  async function run() {
    const startedAt = performance.now()
    const changed = await work(stopping.signal)
    Object.assign(state, { succeededAt: Date.now(), took: performance.now() - startedAt })
    state.changed += changed
    return changed
  }

  function runOnce() {
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }

  async function attempt() {
    const moved = clock.movedBy()
    if (deletesRows && moved !== 0) {
      const by = `${moved < 0 ? '-' : ''}${formatDuration(Math.round(Math.abs(moved) / CLOCK_STEP) * CLOCK_STEP)}`
      return void logger.error(`the clock jumped, so ${name} deletes nothing until it is right or has kept its time`, {
        by,
      })
    }
    try {
      await runOnce()
    } catch (error) {
      state.failures++
      onFailure?.(error)
      logger.error(`${name} failed and will be tried again`, reasonOf(error))
    }
  }
  const timer = setInterval(() => void attempt(), every).unref()

  async function stop() {
    clearInterval(timer)
    stopping.abort()
    await running?.catch(() => {})
  }

  return { state, runOnce, attempt, stop }
}

/** Repeats a batch until it changes fewer rows than `size`. @returns how many */
export async function inBatches(size: number, batch: () => Promise<number>, signal: AbortSignal): Promise<number> {
  let total = 0
  while (!signal.aborted) {
    const changed = await batch()
    total += changed
    if (changed < size) break
    await pause(PAUSE)
  }
  return total
}

function watchClock() {
  const lag = () => Date.now() - performance.now()
  let trusted = lag()
  let jumped: { lag: number; at: number } | undefined

  /** @returns ms, 0 if the clock did not jump */
  function movedBy(): number {
    const moved = lag() - trusted
    if (Math.abs(moved) <= CLOCK_STEP) {
      jumped = undefined
      return 0
    }
    if (!jumped || Math.abs(lag() - jumped.lag) > CLOCK_STEP) jumped = { lag: lag(), at: performance.now() }
    if (performance.now() - jumped.at < CLOCK_SETTLED) return moved
    trusted = lag()
    jumped = undefined
    return 0
  }

  return { movedBy }
}

const clock = watchClock()

/** In ms, 0 if the clock did not jump. */
export const clockMovedBy = () => clock.movedBy()

/** Some messages are for the operator; database errors contain values. */
function reasonOf(error: unknown) {
  if (!(error instanceof Error)) return { kind: typeof error }
  const isExplained = ['BrokenChain', 'KeyMissing'].includes(error.name)
  return { kind: error.name, ...(isExplained && { reason: error.message }) }
}
