import { cookieLine } from '../cookies.ts'
import type { Generator, LoadPlan, LoadResult } from '../load.ts'
import type { Options } from '../options.ts'
import { newPopulation, type Population, type SeededSession } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { PATHS, type Path, SUBJECTS, type SubjectName, type Subjects, startSubjects } from '../subjects.ts'

export const CASES = [
  { name: 'one session', path: '/auth/session', of: 'one', atLeast: 0.9 },
  { name: '10,000 sessions, each new', path: '/auth/session', of: 'cold', atLeast: 0.6 },
  { name: '10,000 sessions, seen before', path: '/auth/session', of: 'warm', atLeast: 0.85 },
  { name: 'one session', path: '/auth/profile', of: 'one', atLeast: 0.55 },
  { name: '10,000 sessions, seen before', path: '/auth/profile', of: 'warm', atLeast: 0.55 },
] as const satisfies { name: string; path: Path; of: 'one' | 'cold' | 'warm'; atLeast: number }[]

export type Case = (typeof CASES)[number]
export type RoundResult = Record<SubjectName, LoadResult>
/** For each case the results of every round. */
export type Throughput = Map<Case, RoundResult[]>

const CONNECTIONS = 16
const SIZES = { full: { warmUp: 4_000, many: 10_000 }, quick: { warmUp: 200, many: 1_000 } }

/** Each round starts its servers afresh on a fresh database, so that cold is cold; the subjects take turns per case. */
export async function measureThroughput(options: Options, generator: Generator): Promise<Throughput> {
  const results: Throughput = new Map(CASES.map(each => [each, []]))
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`throughput, round ${round} of ${options.rounds}`)
    await measureRound(options, generator, results)
  }
  return results
}

function measureRound(options: Options, generator: Generator, results: Throughput): Promise<void> {
  return withScratch(async scratch => {
    const population = newPopulation(options.quick ? SIZES.quick : SIZES.full)
    const subjects = await startSubjects(scratch, population)
    await warmUp(subjects, population, options, generator)
    for (const each of CASES) results.get(each)?.push(await measureCase(each, subjects, population, options, generator))
  })
}

/** With sessions of their own, so that compiled code is warm while the sessions to be measured are not. */
async function warmUp(subjects: Subjects, population: Population, options: Options, generator: Generator) {
  const headers = lines(population.warmUp)
  for (const path of PATHS) {
    for (const name of SUBJECTS) await generator.run(plan(subjects[name].origin + path, headers, options))
  }
}

async function measureCase(
  each: Case,
  subjects: Subjects,
  population: Population,
  options: Options,
  generator: Generator,
): Promise<RoundResult> {
  const run = (name: SubjectName) =>
    generator.run({ ...plan(subjects[name].origin + each.path, headersOf(each, population), options), ...stop(each) })
  const stop = ({ of }: Case) => (of === 'cold' ? { stop: { requests: population.many.length } } : {})
  return { bare: await run('bare'), seed: await run('seed'), latchkey: await run('latchkey') }
}

function headersOf({ of }: Case, { one, many }: Population): string[] {
  return lines(of === 'one' ? [one] : many)
}

function plan(url: string, headers: string[], { seconds }: Options): LoadPlan {
  return { url, headers, connections: CONNECTIONS, stop: { seconds } }
}

function lines(sessions: SeededSession[]): string[] {
  return sessions.map(({ sid }) => cookieLine(sid))
}
