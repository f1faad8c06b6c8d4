import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { withEnvFile } from '../configs/env/file.ts'
import { processEnvironment, readableSettings } from '../configs/env.ts'
import { createLogger, type Logger } from '../configs/logger.ts'
import { minutes, seconds } from './durations.ts'
import { createBackOff } from './invalidation/liveness.ts'
import { onLossOfNpm } from './loss-of-npm.ts'

const WAITS = { shortest: 250, longest: seconds(30) }
/** A worker that served this long did not exit because of its start. */
const PROVEN_AFTER = minutes(1)
const KILL_SLACK = seconds(5)

type Options = {
  logger: Logger
  workers: number
  /** In ms after SIGTERM. */
  killAfter: number
}

/**
 * With WORKERS above 1, runs that many servers on one port: replaces those that exit, reloads them one by one on SIGHUP, and stops them
 * on SIGTERM or SIGINT.
 * @returns false if this process is to serve requests itself
 */
export async function superviseWorkers(): Promise<boolean> {
  if (cluster.isWorker) return false
  // The workers inherit this environment without the file, which each of them reads at its own start.
  const settings = readableSettings(await withEnvFile(process.cwd()).catch(() => processEnvironment))
  const { WORKERS = 1, SHUTDOWN_DELAY = 0, SHUTDOWN_TIMEOUT = 0, LOG_LEVEL = 'info', LOG_FORMAT = 'json' } = settings
  if (WORKERS === 1) return false

  const logger = createLogger({ LOG_LEVEL, LOG_FORMAT }, () => undefined)
  const supervisor = createSupervisor({
    logger,
    workers: WORKERS,
    killAfter: SHUTDOWN_DELAY + SHUTDOWN_TIMEOUT + KILL_SLACK,
  })
  // A closed output loses log lines, not the server.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void supervisor.stop(signal))
  process.on('SIGHUP', () => void supervisor.reload())
  onLossOfNpm(() => void supervisor.stop('npm was stopped'))
  const { METRICS_PORT, METRICS_HOST = '127.0.0.1' } = settings
  if (METRICS_PORT !== undefined) {
    const { serveWorkersMetrics } = await import('./metrics/of-workers.ts')
    await serveWorkersMetrics({ METRICS_PORT, METRICS_HOST }, logger).catch(fail)
  }
  await supervisor.start()
  return true
}

function fail({ message }: Error): never {
  process.stderr.write(`error: ${message}\n`)
  process.exit(1)
}

function createSupervisor({ logger, workers, killAfter }: Options) {
  // The workers share one listening socket, so a connection that waits on it outlives the worker that stops.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  /** With the time of their start. */
  const serving = new Map<Worker, number>()
  const stopping = new Set<Worker>()
  const backOff = createBackOff(WAITS)
  let isStopping = false
  let isReloading = false

  /** The first worker migrates the database and prints the set-up link before the others start. */
  async function start(): Promise<void> {
    const isServing = await startWorker()
    if (isStopping) return
    if (!isServing) process.exit(1)
    await Promise.all(Array.from({ length: workers - 1 }, () => keepOneMore()))
    logger.info(`${workers} workers are serving`)
  }

  /** @returns false if it exits before it listens */
  async function startWorker(): Promise<boolean> {
    const worker = cluster.fork()
    worker.once('exit', (code, signal) => void onExit(worker, code, signal))
    const isServing = await Promise.race([
      once(worker, 'listening').then(() => true),
      once(worker, 'exit').then(() => false),
    ])
    if (isServing) serving.set(worker, performance.now())
    return isServing
  }

  async function keepOneMore(): Promise<void> {
    while (!isStopping && !(await startWorker())) await pause(backOff.next())
  }

  async function onExit(worker: Worker, code: number | null, signal: string | null): Promise<void> {
    const startedAt = serving.get(worker)
    serving.delete(worker)
    if (isStopping || startedAt === undefined || stopping.delete(worker)) return
    if (performance.now() - startedAt > PROVEN_AFTER) backOff.reset()
    logger.error('a worker exited and is replaced', { process: worker.process.pid, code, signal })
    await pause(backOff.next())
    await keepOneMore()
  }

  /** Each new worker serves before an old one stops. If one does not start, the old ones stay. */
  async function reload(): Promise<void> {
    if (isStopping || isReloading) return
    isReloading = true
    logger.info('SIGHUP: replacing the workers one by one')
    for (const old of [...serving.keys()]) if (!(await replace(old))) break
    isReloading = false
  }

  /** @returns false if the new worker does not start */
  async function replace(old: Worker): Promise<boolean> {
    // One that crashed before has its replacement; one that crashes from here on gets this one.
    if (old.isDead()) return true
    stopping.add(old)
    const isServing = await startWorker()
    if (isServing) await stopWorker(old)
    else if (!stopping.delete(old)) await keepOneMore()
    return isServing
  }

  async function stopWorker(worker: Worker): Promise<void> {
    if (worker.isDead()) return
    stopping.add(worker)
    const exited = once(worker, 'exit')
    const killing = setTimeout(() => worker.process.kill('SIGKILL'), killAfter)
    worker.process.kill('SIGTERM')
    await exited
    clearTimeout(killing)
  }

  async function stop(cause: string): Promise<void> {
    if (isStopping) return
    isStopping = true
    logger.info(`${cause}: stopping the workers`)
    const all = Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
    await Promise.all(all.map(stopWorker))
    const isClean = all.every(({ process: { exitCode, signalCode } }) => exitCode === 0 || signalCode === 'SIGTERM')
    process.exit(isClean ? 0 : 1)
  }

  return { start, reload, stop }
}
