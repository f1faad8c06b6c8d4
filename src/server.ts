import { processEnvironment } from '../configs/env.ts'
import { seconds } from './durations.ts'
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

const TELL_LOSS_EVERY = seconds(10)
const LOOK_FOR_PARENT_EVERY = seconds(1)

const lostLines = surviveClosedOutput()
const running = await start().catch(fail)
lostLines.onReturn(count => running.logger.warn('log lines were lost: nobody read standard output', { count }))
stopOnSignals()

async function start(): Promise<RunningServer> {
  return startServer(process.cwd(), await preparePages())
}

function stopOnSignals() {
  let isStopping = false
  // The second signal is not impatience: at Ctrl-C the terminal tells this process, and so does npm, which passes its own on.
  function stopOnce(cause: string) {
    if (isStopping) return
    isStopping = true
    stop(running, cause).catch(fail)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOnce(signal))
  onLossOfNpm(() => stopOnce('npm was stopped'))
}

async function stop({ env, logger, stop }: RunningServer, cause: string): Promise<void> {
  logger.info(`${cause}: finishing what is in flight`)
  setTimeout(() => {
    logger.error('not finished within SHUTDOWN_TIMEOUT, stopping anyway')
    process.exit(1)
  }, env.SHUTDOWN_DELAY + env.SHUTDOWN_TIMEOUT).unref()
  await stop()
  logger.info('stopped')
  process.exit(0)
}

/** A SIGTERM to npm ends npm and the shell between, which passes it on to nobody. */
function onLossOfNpm(lost: () => void) {
  if (processEnvironment.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && lost(), LOOK_FOR_PARENT_EVERY).unref()
}

/** The reader of the log may end before this process: lines are lost then, and the process goes on. */
function surviveClosedOutput() {
  let count = 0
  let isTold = true
  let tell = (_count: number) => {}
  process.stderr.on('error', () => {})
  process.stdout.on('error', () => {
    if (count === 0) console.error('error: nobody reads standard output; log lines are lost until somebody does')
    count += 1
    isTold = false
  })
  setInterval(() => {
    if (isTold) return
    isTold = true
    tell(count)
  }, TELL_LOSS_EVERY).unref()
  return {
    /** @param told is called with the number of lines lost so far, again and again until they can be written */
    onReturn(told: (count: number) => void) {
      tell = told
    },
  }
}

function fail(error: unknown): never {
  const text =
    error instanceof Error
      ? EXPLAINED.has(error.name)
        ? error.message
        : (error.stack ?? error.message)
      : String(error)
  for (const line of text.split('\n')) console.error(`error: ${line}`)
  process.exit(1)
}
