import cluster from 'node:cluster'
import { isIPv6 } from 'node:net'
import { relative } from 'node:path'
import { type EnvFile, prepareEnvFile } from '../configs/env/file.ts'
import { loadEnv } from '../configs/env.ts'
import { openMailTransport } from '../configs/mailer.ts'
import { extensions } from '../extensions.ts'
import { createApp } from './app.ts'
import { startAuditRetention } from './audit/retention.ts'
import { banner, setupBlock, showsBanner } from './banner.ts'
import { seconds } from './durations.ts'
import { reportApplications } from './forward-auth/report-applications.ts'
import { listen } from './http/listen.ts'
import { hasAdministrator } from './identity/administrators.ts'
import { createLink } from './links/links.ts'
import { onLossOfNpm } from './loss-of-npm.ts'
import { startMailWorker } from './mail/worker.ts'
import { startExpirySweep } from './maintenance/expired-rows.ts'
import type { Sweeps } from './metrics/sweeps.ts'
import { checkKeys } from './nodes/check-keys.ts'
import { startNodeReport } from './nodes/report-node.ts'
import { openDeps } from './open-services.ts'
import { preparePages } from './pages/build.ts'
import { createFileClients, type FileClient, readFileClients } from './provider/client-file.ts'
import { startLogoutWorker } from './provider/logout-worker.ts'
import type { Deps } from './services.ts'
import { startSweep } from './sessions/sweep.ts'

/** Their message tells the operator what to change; other errors are bugs and print the stack. */
const EXPLAINED = new Set([
  'ConfigurationError',
  'DatabaseUnavailable',
  'ListenError',
  'MigrationFailed',
  'PagesNotBuilt',
])

const TELL_LOSS_EVERY = seconds(10)

const lostLines = surviveClosedOutput()
const running = await start().catch(fail)
lostLines.onReturn(count => running.logger.warn('log lines were lost because standard output was not read', { count }))
stopOnSignals()

type RunningServer = Pick<Deps, 'env' | 'logger'> & {
  stop(): Promise<void>
}

async function start(): Promise<RunningServer> {
  const pagesNote = await preparePages()
  const envFile = await prepareEnvFile(process.cwd())
  const env = loadEnv()
  const fileClients = env.OPENID_PROVIDER ? readFileClients(env) : []
  const deps = await openDeps(env, extensions)
  const { logger } = deps
  if (pagesNote) logger.info(pagesNote)
  if (envFile.exposed)
    logger.warn(`every user of this machine can read the secrets in ${envFile.path}: run chmod 600 on it`)

  const server = await listen(createApp(deps), env, logger)
  const report = startNodeReport(deps)
  const sweep = startSweep(deps)
  const retention = startAuditRetention(deps)
  const expiry = startExpirySweep(deps)
  const mailTransport = openMailTransport(env, logger)
  const mailWorker = mailTransport && startMailWorker(deps, deps.tracing?.traceMail(mailTransport) ?? mailTransport)
  const logoutWorker = env.OPENID_PROVIDER ? startLogoutWorker(deps) : undefined
  const metrics = await openMetrics(deps, { sessions: sweep, expired_rows: expiry, audit_events: retention })
  const unready = await deps.readiness.check()
  if (!unready) await checkKeys(deps)
  if (!unready) await createFileClients(deps, fileClients)
  if (isFirstWorker()) {
    greet(deps, server.port, envFile)
    // A failed write must not stop a server that can still answer reads.
    if (!unready) await introduce(deps, fileClients)
  }

  async function stop() {
    deps.readiness.stop()
    await server.finish(env.SHUTDOWN_DELAY)
    await sweep.stop()
    await retention.stop()
    await expiry.stop()
    await deps.delayed.finish()
    await mailWorker?.stop()
    await logoutWorker?.stop()
    await metrics?.close()
    await report.stop()
    await deps.close()
  }
  return { env, logger, stop }
}

/** Loaded only where it is switched on. */
async function openMetrics(deps: Deps, sweeps: Sweeps) {
  if (!deps.metrics) return undefined
  const { startMetrics } = await import('./metrics/start.ts')
  return startMetrics(deps.metrics, { ...deps, sweeps })
}

/** True without workers. One set-up link is enough for all of them. */
function isFirstWorker(): boolean {
  return !cluster.worker || cluster.worker.id === 1
}

function greet({ env, logger }: Deps, port: number, { path, outcome }: EnvFile) {
  const host = isIPv6(env.HOST) ? `[${env.HOST}]` : env.HOST
  const address = `${host}:${port}`
  if (showsBanner(env)) {
    const file = relative(process.cwd(), path)
    const settings = outcome === 'secret-written' ? `${file} (random secrets written)` : file
    process.stdout.write(banner(env, { address, settings }))
    return
  }
  if (outcome === 'secret-written') logger.info(`Wrote random secrets to ${path}`)
  logger.info(`Listening on ${address}, reached at ${env.BASE_URL} (${env.NODE_ENV})`)
  if (env.OPENAPI_VISIBLE) logger.info(`API docs: ${env.BASE_URL}/docs`)
}

async function introduce(deps: Deps, fileClients: FileClient[]) {
  await reportApplications(deps, fileClients)
  await offerSetup(deps)
}

async function offerSetup({ env, logger }: Deps) {
  if (await hasAdministrator()) return
  const link = await createLink(env.BASE_URL, 'setup')
  // The only secret that is logged.
  if (showsBanner(env)) process.stdout.write(setupBlock(link))
  else logger.info(`Create the first administrator (the link works once, for 1 hour): ${link}`)
}

function stopOnSignals() {
  let isStopping = false
  // After Ctrl+C the signal arrives twice, because npm passes it on.
  function stopOnce(cause: string) {
    if (isStopping) return
    isStopping = true
    stop(running, cause).catch(fail)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOnce(signal))
  onLossOfNpm(() => stopOnce('npm was stopped'))
  // A closed terminal signals every process of the group; the supervisor decides for its workers.
  if (cluster.isWorker) process.on('SIGHUP', () => {})
}

async function stop({ env, logger, stop }: RunningServer, cause: string): Promise<void> {
  logger.info(`${cause}: finishing open requests`)
  setTimeout(() => {
    logger.error('requests still open after SHUTDOWN_TIMEOUT, stopping anyway')
    process.exit(1)
  }, env.SHUTDOWN_DELAY + env.SHUTDOWN_TIMEOUT).unref()
  await stop()
  logger.info('stopped')
  process.exit(0)
}

/** The log's reader may exit first; then lines are lost. */
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
    /** @param callback gets the number of lost lines, every ten seconds until written */
    onReturn(callback: (count: number) => void) {
      tell = callback
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
