import { seconds } from '../durations.ts'

/** How much of the mean the newest run time makes up. */
const NEWEST_SHARE = 0.1

/** All threads are busy and the queue is full: answer 503 with Retry-After, now. */
export class HashQueueFull extends Error {
  override readonly name = 'HashQueueFull'
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('Too many passwords are waiting to be hashed or judged')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * Runs up to `threads` jobs at once, oldest first; up to `queue` more wait, and any beyond are refused at once.
 * Times in `stats()` are milliseconds.
 */
export function createHashQueue({ threads, queue }: { threads: number; queue: number }) {
  const accepted = new Set<Promise<unknown>>()
  const waiting: (() => void)[] = []
  let running = 0
  let completed = 0
  let refused = 0
  let meanRunTime = 0

  /** @throws HashQueueFull */
  async function run<Result>(job: () => Promise<Result>): Promise<Result> {
    if (running === threads && waiting.length >= queue) return refuse()
    const outcome = runInTurn(job)
    accepted.add(outcome)
    try {
      return await outcome
    } finally {
      accepted.delete(outcome)
    }
  }

  function refuse(): never {
    refused += 1
    const timeToDrain = ((running + waiting.length) / threads) * meanRunTime
    throw new HashQueueFull(Math.max(1, Math.ceil(timeToDrain / seconds(1))))
  }

  async function runInTurn<Result>(job: () => Promise<Result>): Promise<Result> {
    await takeTurn()
    const start = performance.now()
    try {
      return await job()
    } finally {
      record(performance.now() - start)
      passTurn()
    }
  }

  async function takeTurn(): Promise<void> {
    if (running === threads) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
  }

  function passTurn(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  function record(runTime: number): void {
    meanRunTime += (runTime - meanRunTime) * (completed === 0 ? 1 : NEWEST_SHARE)
    completed += 1
  }

  const stats = () => ({ running, waiting: waiting.length, completed, refused, meanRunTime })

  /** Resolves when every job accepted so far has ended, well or badly. */
  async function drained(): Promise<void> {
    await Promise.allSettled(accepted)
  }

  return { run, stats, drained }
}
