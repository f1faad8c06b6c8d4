import pLimit from 'p-limit'
import { Piscina } from 'piscina'
import { minutes } from '../durations.ts'

/** With two threads on two busy cores session checks' p99 rose 1.7 times at 10 and 1.4 at 15; 19 was no better. */
const NICE = 15

/** A thread holds about 15 MB and takes about 35 ms to start: a pause gives it back, a busy hour keeps it. */
const IDLE_LIMIT = minutes(1)

/** All threads are busy and the queue is full. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull'

  constructor() {
    super('Too many passwords are waiting to be hashed or judged')
  }
}

/** By the name of what a worker file exports. */
type Jobs = Record<string, { task: unknown; result: unknown }>

/**
 * Runs the functions of a worker file on up to `threads` niced threads, which start with the first job; up to `queue` more jobs wait, first
 * in, first out. A thread that dies rejects the job that it had; the next job starts another.
 */
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

  /** @throws QueueFull at once when the queue is full; Error when the pool is closed or the thread died */
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

  /** Refuses what is new, lets what was accepted finish, ends the threads. */
  async function close(): Promise<void> {
    closed = true
    await Promise.allSettled(accepted)
    await pool.destroy()
  }

  return { run, close }
}

/** Never handed more than a job per thread: piscina's queue keeps no order, and stalls when its last thread dies. */
function startPiscina(threads: number, worker: URL): Piscina {
  const pool = new Piscina({
    filename: worker.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_LIMIT,
    niceIncrement: NICE,
    recordTiming: false,
  })
  // A thread that cannot even start leaves its job in piscina's queue, where nothing else would ever reject it.
  pool.on('error', () => {
    if (pool.threads.length === 0) void pool.destroy()
  })
  return pool
}
