import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createClient } from 'redis'
import { cookieLine } from '../cookies.ts'
import { type Generator, inTurns, type LoadPlan, type LoadResult, secondBySecond } from '../load.ts'
import type { Options } from '../options.ts'
import { everySession, newPopulation, type SeededSession } from '../population.ts'
import { ask } from '../request.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, ratio, type Section } from '../section.ts'
import { fillDatabase } from '../seed-sessions.ts'
import type { Server } from '../server.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const REDIS_URL = 'redis://127.0.0.1:6379'
const REDIS_PREFIX = 'latchkey-bench:'
const PATH = '/auth/session'
const CONNECTIONS = 16
const HOUR = 3600

const CASES = { 'one session': 0.75, 'each session new': 0.45, 'sessions seen before': 0.75 }
type Case = keyof typeof CASES
type Round = Record<Case, number>

/** The session check with sessions in Redis, beside a bare handler. Needs a Redis on this machine. */
export async function measureRedis(options: Options, generator: Generator): Promise<Section> {
  const rounds: Round[] = []
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`redis, round ${round} of ${options.rounds}`)
    rounds.push(await measureRound(options, generator))
  }
  return toSection(rounds)
}

function measureRound({ quick, seconds }: Options, generator: Generator): Promise<Round> {
  return withScratch(async ({ folder, start }) => {
    const population = newPopulation(quick ? { warmUp: 200, many: 1_000 } : { warmUp: 4_000, many: 10_000 })
    const file = join(folder, 'latchkey.sqlite')
    await fillDatabase(file, everySession(population))
    await moveContents(file)
    const server = await start(latchkey(file, { SESSION_STORE: 'redis', REDIS_URL, REDIS_PREFIX }))
    const answer = await ask(server.origin + PATH, population.one.sid)
    const bare = await start({
      file: join(import.meta.dirname, '../subjects/bare.ts'),
      env: { ANSWERS: JSON.stringify({ [PATH]: answer }) },
    })

    async function shareOf(sessions: SeededSession[], once: boolean) {
      const headers = sessions.map(({ sid }) => cookieLine(sid))
      const plansAt = ({ origin }: Server) => plans(origin, headers, once ? 'once' : seconds)
      const result: Record<'bare' | 'redis', LoadResult> = await inTurns(generator, {
        bare: { server: bare, plans: plansAt(bare) },
        redis: { server, plans: plansAt(server) },
      })
      return result.redis.perSecond / result.bare.perSecond
    }

    await shareOf(population.warmUp, false)
    return {
      'one session': await shareOf([population.one], false),
      'each session new': await shareOf(population.many, true),
      'sessions seen before': await shareOf(population.many, false),
    }
  })
}

function plans(origin: string, headers: string[], length: number | 'once'): LoadPlan[] {
  const plan = { url: origin + PATH, connections: CONNECTIONS, headers }
  return length === 'once' ? [{ ...plan, stop: { requests: headers.length } }] : secondBySecond(plan, length)
}

/** As if these sessions had begun with SESSION_STORE=redis. */
async function moveContents(file: string): Promise<void> {
  const database = new DatabaseSync(file)
  const rows = database.prepare('SELECT "publicId", "version", "data" FROM "Sessions"').all()
  const redis = await createClient({ url: REDIS_URL }).connect()
  const expiration = { type: 'EX', value: HOUR } as const
  await Promise.all(
    rows.map(({ publicId, version, data }) =>
      redis.set(`${REDIS_PREFIX}session:${publicId}`, `${version} ${data}`, { expiration }),
    ),
  )
  await redis.close()
  database.exec(`UPDATE "Sessions" SET "data" = '{}'`)
  database.close()
}

function toSection(rounds: Round[]): Section {
  const share = (name: Case) => median(rounds.map(round => round[name]))
  const rows = Object.entries(CASES).map(([name, atLeast]) =>
    finding(`${name}, to bare`, share(name as Case), ratio, { atLeast }),
  )
  return {
    title: 'Sessions in Redis',
    notes: [
      `\`GET ${PATH}\` with SESSION_STORE=redis, ${CONNECTIONS} at a time, beside a bare Express and helmet handler; median of ${rounds.length} rounds. Redis runs on the same two cores.`,
    ],
    head: FINDING_HEAD,
    rows,
  }
}
