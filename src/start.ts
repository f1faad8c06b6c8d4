import { isIPv6 } from 'node:net'
import { prepareEnvFile } from '../configs/env/file.ts'
import { loadEnv } from '../configs/env.ts'
import { openMailTransport } from '../configs/mailer.ts'
import { extensions } from '../extensions.ts'
import { createApp } from './app.ts'
import { startAuditRetention } from './audit/retention.ts'
import { listen } from './http/listen.ts'
import { hasAdministrator } from './identity/administrators.ts'
import { createLink } from './links/links.ts'
import { startMailWorker } from './mail/worker.ts'
import { startExpirySweep } from './maintenance/expired-rows.ts'
import { checkKeys } from './nodes/check-keys.ts'
import { startNodeReport } from './nodes/report-node.ts'
import { openDeps } from './open-services.ts'
import type { Deps } from './services.ts'
import { startSweep } from './sessions/sweep.ts'

export type RunningServer = Pick<Deps, 'env' | 'logger'> & {
  /** Answers what is in flight, takes nothing new, closes the database. */
  stop(): Promise<void>
}

/**
 * Starts the server in the configured environment.
 * @param directory where `.env` is read and, in development, written
 * @param said what the operator should read first
 * @throws ConfigurationError, DatabaseUnavailable, ListenError: each says what to change
 */
export async function startServer(directory: string, said?: string): Promise<RunningServer> {
  const envFile = await prepareEnvFile(directory)
  const env = loadEnv()
  const deps = await openDeps(env, extensions)
  const { logger } = deps
  if (said) logger.info(said)
  if (envFile.outcome === 'secret-written') logger.info(`wrote random secrets to ${envFile.path}`)
  if (envFile.exposed) logger.warn(`every user of this machine can read the secrets in ${envFile.path}: chmod 600 it`)

  const server = await listen(createApp(deps), env, logger)
  const report = startNodeReport(deps)
  const sweep = startSweep(deps)
  const retention = startAuditRetention(deps)
  const expiry = startExpirySweep(deps)
  const mailTransport = openMailTransport(env, logger)
  const mailWorker = mailTransport && startMailWorker(deps, mailTransport)
  const unready = await deps.readiness.check()
  if (!unready) await checkKeys(deps)
  greet(deps, server.port)
  // What cannot be written now would end the start of a server that can still answer reads.
  if (!unready) await offerSetup(deps)

  async function stop() {
    deps.readiness.stop()
    await server.finish(env.SHUTDOWN_DELAY)
    await sweep.stop()
    await retention.stop()
    await expiry.stop()
    await deps.delayed.finish()
    await mailWorker?.stop()
    await report.stop()
    await deps.close()
  }
  return { env, logger, stop }
}

function greet({ env, logger }: Deps, port: number) {
  const host = isIPv6(env.HOST) ? `[${env.HOST}]` : env.HOST
  logger.info(`Listening on ${host}:${port}, reached at ${env.BASE_URL} (${env.NODE_ENV})`)
  if (env.OPENAPI_VISIBLE) logger.info(`API docs: ${env.BASE_URL}/docs`)
}

/** Printed last, on a line of its own, so that nobody overlooks it. */
async function offerSetup({ env, logger }: Deps) {
  if (await hasAdministrator()) return
  const link = await createLink(env.BASE_URL, 'setup')
  const shown = env.LOG_FORMAT === 'pretty' ? `\n\n    ${link}\n` : ` ${link}`
  // The only secret that goes to the log: it works once, for an hour, until there is an administrator.
  logger.info(`Create the first administrator (the link works once, for 1 hour):${shown}`)
}
