import { executionAsyncResource } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { seconds } from '../configs/durations.ts'
import { preparePages } from './pages/build.ts'
import { type RunningServer, startServer } from './start.ts'

/** What the operator can mend carries a message that says how; anything else is a fault of ours and shows where. */
const EXPLAINED = new Set([
  'ConfigurationError',
  'DatabaseUnavailable',
  'ListenError',
  'MigrationFailed',
  'PagesNotBuilt',
])

const fail = (error: unknown): never => {
  const text =
    error instanceof Error
      ? EXPLAINED.has(error.name)
        ? error.message
        : (error.stack ?? error.message)
      : String(error)
  for (const line of text.split('\n')) console.error(`error: ${line}`)
  process.exit(1)
}

const stop = async ({ env, logger, stop }: RunningServer, signal: string) => {
  logger.info(`${signal}: finishing what is in flight`)
  setTimeout(() => {
    logger.error('not finished within SHUTDOWN_TIMEOUT, stopping anyway')
    process.exit(1)
  }, env.SHUTDOWN_TIMEOUT).unref()
  await stop()
  logger.info('stopped')
  process.exit(0)
}

const start = async () => {
  const said = await preparePages()
  const running = await startServer(process.cwd())
  if (said) running.logger.info(said)
  return running
}

/**
 * Loading the code leaves some 30 MiB of garbage that V8 keeps as room for more. One thorough collection gives them back, and the young
 * generation may then grow as load needs it. It takes a sixth of a second, so it waits until the start is over.
 */
const giveBackMemory = () => {
  // Only where Node was started with --expose-gc, as `npm start` does.
  setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), seconds(1)).unref()
}

/**
 * The old generation may double before it is collected, not grow to the fourfold of what lives in it; nothing short-lived is made there
 * because the same code made long-lived objects before; and code is optimised after a third of the calls, for until then express-session
 * and Passport make functions there (docs/decisions/0019).
 */
const tuneV8 = () =>
  setFlagsFromString('--heap-growing-percent=100 --no-allocation-site-pretenuring --invocation-count-for-turbofan=1000')

/**
 * Keeps one of the objects in which Node queues a `process.nextTick`, of which each request makes several. A full collection that finds
 * none takes their shape along, and making one costs several times as much from then on (docs/decisions/0019).
 */
const keepShapeOfTicks = () => process.nextTick(() => void kept.push(executionAsyncResource()))
const kept: object[] = []

const running = await start().catch(fail)
keepShapeOfTicks()
giveBackMemory()
tuneV8()
let stopping = false
// The second signal is not impatience: at Ctrl-C the terminal tells this process, and so does npm, which passes its own on.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    stop(running, signal).catch(fail)
  })
