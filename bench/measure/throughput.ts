import { cookieLine } from '../cookies.ts'
import { type Generator, inTurns, type LoadPlan, type LoadResult, secondBySecond, type Turns } from '../load.ts'
import type { Options } from '../options.ts'
import { longestPause } from '../pauses.ts'
import { newPopulation, type Population, type SeededSession } from '../population.ts'
import { withScratch } from '../scratch.ts'
import type { Server } from '../server.ts'
import { API_PATH, PATHS, type Path, type SubjectName, type Subjects, startSubjects } from '../subjects.ts'
import type { Tokens } from '../tokens.ts'

const CASES = [
  { name: 'one session', path: '/auth/session', of: 'one', atLeast: 0.75 },
  { name: 'each session new', path: '/auth/session', of: 'new', atLeast: 0.45 },
  { name: 'sessions seen before', path: '/auth/session', of: 'seen', atLeast: 0.75 },
  { name: 'one session', path: '/auth/profile', of: 'one', atLeast: 0.4 },
  { name: 'sessions seen before', path: '/auth/profile', of: 'seen', atLeast: 0.4 },
  { name: 'a personal token', path: '/api/v1/me', of: 'personal', atLeast: 0.75 },
  { name: 'an access token', path: '/api/v1/me', of: 'access', atLeast: 0.75 },
] as const satisfies { name: string; path: Path; of: 'one' | 'new' | 'seen' | keyof Tokens; atLeast: number }[]

export type Case = (typeof CASES)[number]
export type RoundResult = Record<SubjectName, LoadResult>
/** For each case the results of every round, and the longest pause of the machine in as much time, in milliseconds. */
export type Throughput = { cases: Map<Case, RoundResult[]>; pauses: number[] }

const CONNECTIONS = 16
/** In how many parts the subjects take turns at sessions that are new. */
const SLICES_OF_NEW = 5
const POPULATIONS = { full: { warmUp: 4_000, many: 10_000 }, quick: { warmUp: 200, many: 1_000 } }

/** Each round starts its servers afresh on a fresh database, so that cold is cold; the subjects take turns per case. */
export async function measureThroughput(options: Options, generator: Generator): Promise<Throughput> {
  const results: Throughput = { cases: new Map(CASES.map(each => [each, []])), pauses: [] }
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`throughput, round ${round} of ${options.rounds}`)
    results.pauses.push(await longestPause(options.seconds))
    await measureRound(options, generator, results)
  }
  return results
}

/** How many sessions the cases other than "one session" go through. */
export function sessionCount(options: Options): number {
  return populationOf(options).many
}

function populationOf({ quick }: Options) {
  return quick ? POPULATIONS.quick : POPULATIONS.full
}

function measureRound(options: Options, generator: Generator, { cases }: Throughput): Promise<void> {
  return withScratch(async scratch => {
    const population = newPopulation(populationOf(options))
    const round = {
      ...(await startSubjects(scratch, population)),
      population,
      seconds: options.seconds,
      generator,
    }
    await warmUp(round)
    for (const each of CASES) cases.get(each)?.push(await measureCase(round, each))
  })
}

type Round = { subjects: Subjects; tokens: Tokens; population: Population; seconds: number; generator: Generator }

/** With sessions of their own, so that compiled code is warm while the sessions to be measured are not. */
async function warmUp(round: Round): Promise<void> {
  const load = { connections: CONNECTIONS, stop: { seconds: round.seconds } }
  const headers = lines(round.population.warmUp)
  for (const path of PATHS) await eachInTurn(round, path, url => [{ ...load, url, headers }])
  await eachInTurn(round, API_PATH, url => [{ ...load, url, headers: Object.values(round.tokens) }])
}

function measureCase(round: Round, each: Case): Promise<RoundResult> {
  return eachInTurn(round, each.path, url => plansFor(round, each, url))
}

function eachInTurn({ subjects, generator }: Round, path: Path, plans: (url: string) => LoadPlan[]) {
  const turnsOf = (server: Server): Turns => ({ server, plans: plans(server.origin + path) })
  const { bare, seed, latchkey } = subjects
  return inTurns(generator, { bare: turnsOf(bare), seed: turnsOf(seed), latchkey: turnsOf(latchkey) })
}

function plansFor(round: Round, each: Case, url: string): LoadPlan[] {
  const headers = headersOf(round, each)
  const plan = { url, connections: CONNECTIONS }
  if (each.of !== 'new') return secondBySecond({ ...plan, headers }, round.seconds)
  const size = Math.ceil(headers.length / SLICES_OF_NEW)
  const parts = Array.from({ length: SLICES_OF_NEW }, (_, part) => headers.slice(part * size, (part + 1) * size))
  return parts.map(part => ({ ...plan, headers: part, stop: { requests: part.length } }))
}

function headersOf({ population, tokens }: Round, { of }: Case): string[] {
  if (of === 'personal' || of === 'access') return [tokens[of]]
  return lines(of === 'one' ? [population.one] : population.many)
}

function lines(sessions: SeededSession[]): string[] {
  return sessions.map(({ sid }) => cookieLine(sid))
}
