import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../configs/logger.ts'
import { days, formatDuration, hours } from './durations.ts'

/** Between two batches, in ms: leaves the database to the requests for most of the time. */
const PAUSE = 5
/** A clock that is off by more is not merely being corrected. */
const CLOCK_STEP = hours(1)
/** A clock that has kept its new time for so long is believed. */
const CLOCK_SETTLED = days(1)

export type Job = {
  /** Does the work now, or joins the run that is under way. @returns how many rows were changed */
  runOnce(): Promise<number>
  /** Does the work unless the clock jumped; what fails is logged. */
  attempt(): Promise<void>
  /** Lets the batch that is under way end. */
  stop(): Promise<void>
}

type JobOptions = {
  /** For the log: "the sweep of ended sessions". */
  name: string
  /** In ms. */
  every: number
  logger: Logger
  work(signal: AbortSignal): Promise<number>
  /** By default: such work rests while the clock cannot be believed. */
  deletesRows?: boolean
  onFailure?(error: unknown): void
}

/** Does work now and then, one run at a time. While the clock cannot be believed nothing is deleted. */
export function startJob({ name, every, logger, work, deletesRows = true, onFailure }: JobOptions): Job {
  const stopping = new AbortController()
  let running: Promise<number> | undefined

  function runOnce() {
    running ??= work(stopping.signal).finally(() => {
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

  return { runOnce, attempt, stop }
}

/** Repeats a statement that changes at most so many rows until it finds fewer. @returns how many it changed in all */
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

/** Compares the wall clock with the monotonic one, which nobody can set. */
function watchClock() {
  const lag = () => Date.now() - performance.now()
  let trusted = lag()
  let jumped: { lag: number; at: number } | undefined

  /** @returns by how many ms the clock jumped, 0 where it did not */
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

/** One for the process: it has one clock. */
const clock = watchClock()

/** Some errors carry a sentence for the operator; those of the database carry values of rows. */
function reasonOf(error: unknown) {
  if (!(error instanceof Error)) return { kind: typeof error }
  const isExplained = ['BrokenChain', 'KeyMissing'].includes(error.name)
  return { kind: error.name, ...(isExplained && { reason: error.message }) }
}
