import { DatabaseUnavailable } from '../configs/database.ts'
import { ConfigurationError, loadEnv } from '../configs/env.ts'
import { prepareEnvFile } from '../configs/env-file.ts'
import { User } from '../models/user.ts'
import { createLink } from './accounts/links.ts'
import { createApp } from './app.ts'
import { ListenError, listen } from './http/listen.ts'
import { openDeps } from './open.ts'
import { startSweep } from './sessions/sweep.ts'

const start = async () => {
  const envFile = await prepareEnvFile(process.cwd())
  const env = loadEnv()
  const deps = await openDeps(env)
  const { logger } = deps
  if (envFile.outcome === 'secret-written') logger.info(`wrote a random SESSION_SECRET to ${envFile.path}`)

  const server = await listen(createApp(deps), env, logger)
  const sweep = startSweep(deps)
  logger.info(`Latchkey listens on ${env.BASE_URL} (${env.NODE_ENV})`)
  if (env.OPENAPI_VISIBLE) logger.info(`API docs: ${env.BASE_URL}/docs`)
  if ((await User.count()) === 0) {
    // The one secret that goes to the log: it is for whoever started the server, works once and for an hour.
    logger.info(`There are no users yet. Make the first administrator at ${await createLink(env.BASE_URL, 'setup')}`)
  }

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    logger.info(`${signal}: finishing what is in flight`)
    setTimeout(() => {
      logger.error(`not finished within SHUTDOWN_TIMEOUT, stopping anyway`)
      process.exit(1)
    }, env.SHUTDOWN_TIMEOUT).unref()
    await server.finish()
    await sweep.stop()
    await deps.close()
    logger.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
}

/** What the operator can mend is said in one line per fault, without a stack. */
const explain = (error: unknown) => {
  if (error instanceof ConfigurationError) return error.faults
  if (error instanceof DatabaseUnavailable || error instanceof ListenError) return [error.message]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

start().catch((error: unknown) => {
  for (const line of explain(error)) console.error(`error: ${line}`)
  process.exit(1)
})
