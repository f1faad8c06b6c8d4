import { cookieLine } from '../cookies.ts'
import type { Generator, LoadResult } from '../load.ts'
import type { Options } from '../options.ts'
import { newPopulation, type Population, type SeededSession } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { PATHS, type Path, SUBJECTS, type SubjectName, type Subjects, startSubjects } from '../subjects.ts'

const CASES = [
  { name: 'one session', path: '/auth/session', of: 'one', atLeast: 0.9 },
  { name: 'each session new', path: '/auth/session', of: 'cold', atLeast: 0.6 },
  { name: 'sessions seen before', path: '/auth/session', of: 'warm', atLeast: 0.85 },
  { name: 'one session', path: '/auth/profile', of: 'one', atLeast: 0.55 },
  { name: 'sessions seen before', path: '/auth/profile', of: 'warm', atLeast: 0.55 },
] as const satisfies { name: string; path: Path; of: 'one' | 'cold' | 'warm'; atLeast: number }[]

export type Case = (typeof CASES)[number]
export type RoundResult = Record<SubjectName, LoadResult>
/** For each case the results of every round. */
export type Throughput = Map<Case, RoundResult[]>

const CONNECTIONS = 16
const POPULATIONS = { full: { warmUp: 4_000, many: 10_000 }, quick: { warmUp: 200, many: 1_000 } }

/** Each round starts its servers afresh on a fresh database, so that cold is cold; the subjects take turns per case. */
export async function measureThroughput(options: Options, generator: Generator): Promise<Throughput> {
  const results: Throughput = new Map(CASES.map(each => [each, []]))
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`throughput, round ${round} of ${options.rounds}`)
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

function measureRound(options: Options, generator: Generator, results: Throughput): Promise<void> {
  return withScratch(async scratch => {
    const population = newPopulation(populationOf(options))
    const round = {
      subjects: await startSubjects(scratch, population),
      population,
      seconds: options.seconds,
      generator,
    }
    await warmUp(round)
    for (const each of CASES) results.get(each)?.push(await measureCase(round, each))
  })
}

type Round = { subjects: Subjects; population: Population; seconds: number; generator: Generator }

/** With sessions of their own, so that compiled code is warm while the sessions to be measured are not. */
async function warmUp({ subjects, population, seconds, generator }: Round): Promise<void> {
  const load = { headers: lines(population.warmUp), connections: CONNECTIONS, stop: { seconds } }
  for (const path of PATHS) {
    for (const name of SUBJECTS) await generator.run({ url: subjects[name].origin + path, ...load })
  }
}

async function measureCase({ subjects, population, seconds, generator }: Round, each: Case): Promise<RoundResult> {
  const headers = lines(each.of === 'one' ? [population.one] : population.many)
  const stop = each.of === 'cold' ? { requests: population.many.length } : { seconds }
  const run = (name: SubjectName) =>
    generator.run({ url: subjects[name].origin + each.path, headers, connections: CONNECTIONS, stop })
  return { bare: await run('bare'), seed: await run('seed'), latchkey: await run('latchkey') }
}

function lines(sessions: SeededSession[]): string[] {
  return sessions.map(({ sid }) => cookieLine(sid))
}
