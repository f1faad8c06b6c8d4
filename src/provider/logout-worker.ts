import type { Database } from '../../configs/database.ts'
import { type Env, openidIssuer } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { Client } from '../../models/client.ts'
import { hours, seconds } from '../durations.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import { startExpiredSessionsJob } from './expired-sessions.ts'

import { createLanes } from './logout-lanes.ts'
import { createLogoutQueue, type Notice } from './logout-queue.ts'
import { type Answer, postLogoutToken, signLogoutToken } from './logout-token.ts'

/** Finds notices whose wait is over, and those that no message announced. */
const POLL = seconds(5)
/** After a message about a session, of which there may be many; in ms. */
const GATHER = 20
const GIVE_UP = hours(1)
const BATCH = 50
const STOP_TIMEOUT = seconds(2)

export type LogoutWorker = {
  /** Starts what is due, and waits for it. */
  runOnce(): Promise<void>
  /** Looks for sessions that expired. @returns how many */
  findExpired(): Promise<number>
  /** Waits shortly for deliveries under way. */
  stop(): Promise<void>
}

type WorkerDeps = {
  env: Pick<Env, 'BASE_URL'>
  database: Database
  keyRing: KeyRing
  channel: InvalidationChannel
  logger: Logger
}

/** Tells applications that a session ended (OpenID Connect Back-Channel Logout 1.0). */
export function startLogoutWorker({ env, database, keyRing, channel, logger }: WorkerDeps): LogoutWorker {
  const queue = createLogoutQueue(database)
  const lanes = createLanes()
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const givingUp = new AbortController()
  let running: Promise<void> | undefined
  let again = false
  let isDown = false
  let gathering: NodeJS.Timeout | undefined

  async function startAllDue() {
    do {
      again = false
      await startSome()
    } while (again && !stopping.signal.aborted)
  }

  async function startSome() {
    const due = await queue.due(lanes.full(), BATCH)
    const started = await Promise.all(due.filter(({ clientId }) => lanes.enter(clientId)).map(start))
    // More may be due for other clients.
    if (due.length === BATCH && started.includes(true)) again = true
  }

  /** @returns whether no other worker was first */
  async function start(notice: Notice): Promise<boolean> {
    const claimed = await queue.claim(notice).catch(error => {
      lanes.leave(notice.clientId)
      throw error
    })
    const work = attempt(() => deliver(claimed)).finally(() => {
      underWay.delete(work)
      lanes.leave(notice.clientId)
      wake()
    })
    underWay.add(work)
    return claimed !== undefined
  }

  async function deliver(notice: Notice | undefined) {
    if (!notice) return
    const client = await Client.findByPk(notice.clientId)
    if (!client?.backchannelLogoutUri) return await queue.done(notice)
    const token = await signLogoutToken(keyRing, openidIssuer(env), client, notice)
    await settle(notice, await postLogoutToken(client.backchannelLogoutUri, token, givingUp.signal))
  }

  async function settle(notice: Notice, { status, reason }: Answer) {
    const { clientId: client, attempts } = notice
    if (givingUp.signal.aborted && status === undefined) return await queue.giveBack(notice)
    lanes.note(client, status !== undefined)
    if (status !== undefined && status >= 200 && status < 300) return await queue.done(notice)
    if (status === 400) {
      logger.error('an application refused to be told of a sign-out', { client, attempts })
      return await queue.fail(notice, reason)
    }
    logger.warn('an application could not be told of a sign-out, which will be tried again', {
      client,
      attempts,
      reason,
    })
    await queue.postpone(notice, reason)
  }

  async function giveUpOld() {
    const failed = await queue.giveUpOld()
    if (failed > 0)
      logger.error(
        'applications were not told of sign-outs within a day; `npm run latchkey -- client retry-logouts` tries again',
        {
          failed,
        },
      )
  }

  /** Logs an outage once. */
  async function attempt(work: () => Promise<void>) {
    try {
      await work()
      isDown = false
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error
      if (!isDown) logger.error('the queue of sign-outs failed and will be tried again', { kind })
      isDown = true
    }
  }

  /** A call during a run causes another run. */
  function wake() {
    again = true
    if (stopping.signal.aborted) return
    running ??= attempt(startAllDue).finally(() => {
      running = undefined
    })
  }

  function gather() {
    if (gathering || stopping.signal.aborted) return
    gathering = setTimeout(() => {
      gathering = undefined
      wake()
    }, GATHER).unref()
  }

  channel.subscribe(({ kind }) => {
    if (kind === 'session' || kind === 'user' || kind === 'everything') gather()
  })
  const expiry = startExpiredSessionsJob({ database, logger, onFound: wake })
  const timers = [setInterval(wake, POLL).unref(), setInterval(() => void attempt(giveUpOld), GIVE_UP).unref()]
  void attempt(giveUpOld)
  wake()

  async function runOnce() {
    wake()
    while (running || underWay.size > 0) await Promise.allSettled([running, ...underWay])
  }

  async function stop() {
    stopping.abort()
    clearTimeout(gathering)
    for (const timer of timers) clearInterval(timer)
    await expiry.stop()
    const limit = setTimeout(() => givingUp.abort(), STOP_TIMEOUT)
    while (running || underWay.size > 0) await Promise.allSettled([running, ...underWay])
    clearTimeout(limit)
  }

  return { runOnce, findExpired: expiry.runOnce, stop }
}
