import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { MAIL_CONNECTIONS, type MailTransport } from '../../configs/mailer.ts'
import { hours, minutes, seconds } from '../durations.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { MailContent } from './content.ts'
import type { Mailer } from './mailer.ts'
import { MAIL_CONTEXT } from './mailer.ts'
import { CannotCompose, composeMessage } from './message.ts'
import { type Claimed, createMailQueue } from './queue.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import type { LookEnv } from './render.ts'

/** Finds emails of other processes and those that wait. */
const POLL = seconds(5)
/** After the mail server was unreachable. */
const PAUSE = seconds(30)
/** If this server lacks an email's key; another may have it. */
const KEY_WAIT = minutes(1)
const DISCARD = hours(1)
/** Shorter than the lease. */
const DELIVERY_TIMEOUT = seconds(60)
const STOP_TIMEOUT = seconds(5)

export type MailWorker = {
  runOnce(): Promise<void>
  /** Waits a few seconds for emails being sent. */
  stop(): Promise<void>
}

type WorkerDeps = { database: Database; sealer: Sealer; mailer: Mailer; logger: Logger } & {
  env: LookEnv & Pick<Env, 'BASE_URL' | 'MAIL_FROM'>
}

export function startMailWorker(deps: WorkerDeps, transport: MailTransport): MailWorker {
  const { database, mailer, logger } = deps
  const queue = createMailQueue(database)
  const stopping = new AbortController()
  const givingUp = new AbortController()
  let running: Promise<void> | undefined
  let again = false
  let isDown = false
  let isReachable = true
  let pausedAt = Number.NEGATIVE_INFINITY

  async function deliver(mail: Claimed) {
    const signal = AbortSignal.any([givingUp.signal, AbortSignal.timeout(DELIVERY_TIMEOUT)])
    if (isPaused()) return void (await queue.giveBack(mail, PAUSE, 'the mail server could not be reached'))
    try {
      await transport.send(composeMessage(deps.env, mail, opened(deps.sealer, mail)), signal)
    } catch (error) {
      return await putBack(mail, error)
    }
    isReachable = true
    await queue.done(mail)
  }

  async function putBack(mail: Claimed, error: unknown) {
    const { reason, kind } = refusalOf(error)
    isReachable = kind !== 'unreachable'
    if (!isReachable) pausedAt = Date.now()
    const outcome = await settle(mail, { reason, kind })
    const details = { mail: mail.id, attempts: mail.attempts, reason }
    if (outcome === 'failed')
      logger.error('an email failed permanently; `npm run latchkey -- mail retry` tries it again', details)
    else if (kind === 'waits') logger.error('an email needs a key that ENCRYPTION_KEYS lacks', details)
    else logger.warn('an email could not be sent and will be tried again', details)
  }

  function settle(mail: Claimed, { reason, kind }: Refusal) {
    if (kind === 'final') return queue.fail(mail, reason)
    if (kind === 'waits') return queue.giveBack(mail, KEY_WAIT, reason)
    return queue.postpone(mail, reason)
  }

  /** A clock that was set back ends the pause. */
  const isPaused = () => Date.now() >= pausedAt && Date.now() < pausedAt + PAUSE

  async function sendSome(): Promise<number> {
    // After a pause, one email tests the mail server.
    const { due, claimed } = await queue.take(isReachable ? MAIL_CONNECTIONS : 1)
    const outcomes = await Promise.allSettled(claimed.map(deliver))
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return due
  }

  async function sendAllDue() {
    while (!stopping.signal.aborted) {
      again = false
      if (isPaused()) return
      const due = await sendSome()
      if (due === 0 && !again) return
    }
  }

  /** A call during a run causes another run. */
  function runOnce() {
    again = true
    running ??= sendAllDue().finally(() => {
      running = undefined
    })
    return running
  }

  /** Logs an outage once. */
  async function attempt(work: () => Promise<void>) {
    try {
      await work()
      isDown = false
    } catch (error) {
      if (!isDown) logger.error('the mail queue failed and will be tried again', { kind: nameOf(error) })
      isDown = true
    }
  }
  const timers = [
    setInterval(() => void attempt(runOnce), POLL).unref(),
    setInterval(() => void attempt(queue.discardFailed), DISCARD).unref(),
  ]
  mailer.onQueued(() => void attempt(runOnce))
  void attempt(runOnce)

  async function stop() {
    for (const timer of timers) clearInterval(timer)
    mailer.onQueued(() => {})
    stopping.abort()
    const limit = setTimeout(() => givingUp.abort(), STOP_TIMEOUT)
    await running?.catch(() => {})
    clearTimeout(limit)
    await transport.close()
  }

  return { runOnce, stop }
}

/** @throws CannotOpen, CannotCompose */
function opened(sealer: Sealer, { content }: Claimed): MailContent {
  const { text } = sealer.open(content, MAIL_CONTEXT)
  try {
    return JSON.parse(text) as MailContent
  } catch (cause) {
    throw new CannotCompose('this is no mail', { cause })
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error)
