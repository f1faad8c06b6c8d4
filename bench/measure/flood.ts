import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seconds } from '../../src/durations.ts'
import { signInWithWrongPassword } from '../accounts.ts'
import { cookieLine } from '../cookies.ts'
import type { Latency } from '../load/latency.ts'
import { type Probe, probe } from '../load/probe.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, ratio, type Section, times } from '../section.ts'
import { fillDatabase, seededEmail } from '../seed-sessions.ts'
import type { Server } from '../server.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

/** Kept equal for both sides; the work of one hash is what makes the flood. */
const BCRYPT_COST = '12'
const CONCURRENCY = 20
const USERS = 200
const CHECKS_PER_SECOND = 50
const WARM_UP_PER_SECOND = 500
const FULL = { logins: 80, watch: seconds(15), warmUp: seconds(5) }
const QUICK = { logins: 20, watch: seconds(3), warmUp: seconds(1) }

type Round = { share: number; idle: Latency; flooded: Latency }

export function measureFlood(options: Options): Promise<Section> {
  const plan = options.quick ? QUICK : FULL
  return withScratch(async ({ folder, start }) => {
    const file = join(folder, 'latchkey.sqlite')
    const sessions = newSessions(USERS)
    await fillDatabase(file, sessions)
    const raw = await start({ file: join(import.meta.dirname, '../subjects/raw-bcrypt.ts'), env: { BCRYPT_COST } })
    const server = await start(latchkey(file, { BCRYPT_COST }))
    const watch = {
      url: `${server.origin}/auth/session`,
      headers: sessions.map(each => cookieLine(each.sid)),
      perSecond: CHECKS_PER_SECOND,
    }
    await probe({ ...watch, perSecond: WARM_UP_PER_SECOND }, sleep(plan.warmUp))
    const rounds: Round[] = []
    for (let round = 1; round <= options.rounds; round++) {
      console.log(`flood, round ${round} of ${options.rounds}`)
      rounds.push(await measureRound(raw, server, watch, plan))
    }
    return toSection(rounds)
  })
}

async function measureRound(raw: Server, server: Server, watch: Probe, plan: typeof FULL): Promise<Round> {
  const rawRate = await rawComparesPerSecond(raw, plan.logins)
  const share = (await loginsPerSecond(server.origin, plan.logins)) / rawRate
  const idle = await probe(watch, sleep(plan.watch))
  const flooded = await probeDuringFlood(server.origin, watch, plan.watch)
  return { share, idle, flooded }
}

async function rawComparesPerSecond(raw: Server, compares: number): Promise<number> {
  const response = await fetch(`${raw.origin}/run?compares=${compares}&concurrency=${CONCURRENCY}`)
  const { perSecond } = (await response.json()) as { perSecond: number }
  return perSecond
}

async function loginsPerSecond(origin: string, logins: number): Promise<number> {
  const started = performance.now()
  let remaining = logins
  await signInConcurrently(origin, () => remaining-- > 0)
  return logins / ((performance.now() - started) / seconds(1))
}

/** The flood is under way before the first probe is sent. */
async function probeDuringFlood(origin: string, watch: Probe, length: number): Promise<Latency> {
  let flooding = true
  const flood = signInConcurrently(origin, () => flooding)
  await sleep(seconds(1))
  const latency = await probe(watch, sleep(length))
  flooding = false
  await flood
  return latency
}

async function signInConcurrently(origin: string, goOn: () => boolean): Promise<void> {
  async function visitor(_: unknown, index: number) {
    for (let turn = index; goOn(); turn += CONCURRENCY) await refusedSignIn(origin, seededEmail(1 + (turn % USERS)))
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, visitor))
}

/** Only a 401 has cost a hash. */
async function refusedSignIn(origin: string, email: string): Promise<void> {
  const { status } = await signInWithWrongPassword(origin, email)
  if (status !== 401) throw new Error(`a wrong password was answered ${status}: the flood would measure something else`)
}

function toSection(rounds: Round[]): Section {
  const grew = (of: 'p50' | 'p99') => median(rounds.map(({ idle, flooded }) => flooded[of] / idle[of]))
  const absolute = (when: 'idle' | 'flooded', of: keyof Latency) => median(rounds.map(round => round[when][of]))
  return {
    title: 'A flood of logins',
    notes: [
      `${CONCURRENCY} clients sign in with wrong passwords without pause (bcrypt, cost ${BCRYPT_COST}), while GET /auth/session is asked ${CHECKS_PER_SECOND} times a second.`,
      'Logins are compared with raw `bcrypt.compare` at the same cost and concurrency, on the same core.',
    ],
    head: FINDING_HEAD,
    rows: [
      finding('logins/s vs. raw bcrypt.compare', median(rounds.map(each => each.share)), ratio, { atLeast: 0.9 }),
      finding('p50 of session checks, flood vs. idle', grew('p50'), times, { atMost: 1.2 }),
      finding('p99 of session checks, flood vs. idle', grew('p99'), times, { atMost: 2 }),
      ...(['p50', 'p99', 'max'] as const).flatMap(of => [
        finding(`${of}, idle`, absolute('idle', of), milliseconds),
        finding(`${of}, flood`, absolute('flooded', of), milliseconds),
      ]),
    ],
  }
}
