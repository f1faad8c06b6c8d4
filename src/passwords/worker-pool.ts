import pLimit from 'p-limit'
import { Piscina } from 'piscina'
import { minutes } from '../durations.ts'

/** On two busy cores, the session check's p99 rose 1.7 times at 10 and 1.4 times at 15. */
const NICE = 15

const IDLE_LIMIT = minutes(1)

export class QueueFull extends Error {
  override readonly name = 'QueueFull'

  constructor() {
    super('Too many passwords are waiting to be hashed or judged')
  }
}

type Jobs = Record<string, { task: unknown; result: unknown }>

export function createWorkerPool<Work extends Jobs>({
  threads,
  queue,
  worker,
}: {
  threads: number
  queue: number
  worker: URL
}) {
  const limit = pLimit(threads)
  const accepted = new Set<Promise<unknown>>()
  const pool = startPiscina(threads, worker)
  let closed = false

  /** @throws QueueFull; Error if the pool is closed or the thread died */
  async function run<Name extends keyof Work & string>(
    name: Name,
    task: Work[Name]['task'],
  ): Promise<Work[Name]['result']> {
    if (closed) throw new Error('The worker pool is closed')
    if (limit.activeCount + limit.pendingCount >= threads + queue) throw new QueueFull()
    const job = limit(() => pool.run(task, { name }))
    accepted.add(job)
    try {
      return await job
    } finally {
      accepted.delete(job)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.allSettled(accepted)
    await pool.destroy()
  }

  /** Jobs that run or wait. */
  const pending = () => limit.activeCount + limit.pendingCount

  return { run, pending, close }
}

/** One job per thread: piscina's queue keeps no order and stalls when its last thread dies. */
function startPiscina(threads: number, worker: URL): Piscina {
  const pool = new Piscina({
    filename: worker.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_LIMIT,
    niceIncrement: NICE,
    recordTiming: false,
  })
  // A thread that cannot start leaves its job in piscina's queue without rejecting it.
  pool.on('error', () => {
    if (pool.threads.length === 0) void pool.destroy()
  })
  return pool
}
