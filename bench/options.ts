import { Command, InvalidArgumentError } from 'commander'

export const MEASURES = [
  'throughput',
  'forward',
  'peers',
  'statements',
  'flood',
  'table',
  'sweep',
  'revocation',
  'logout',
  'workers',
  'redis',
  'memory',
  'soak',
] as const
/** Ten minutes for one number: only where it is asked for. */
export const ROUTINE = MEASURES.filter(name => name !== 'soak' && name !== 'redis')
export type MeasureName = (typeof MEASURES)[number]

export type Options = {
  rounds: number
  /** Length of one timed load run. */
  seconds: number
  only: MeasureName | undefined
  /** Small populations and short runs: shows that the bench works, proves nothing. */
  quick: boolean
  /** URL of a PostgreSQL server in which a database may be made. */
  postgres: string
  /** Folder for RESULTS.md, results.json and results.svg; undefined: only print. */
  out: string | undefined
}

type Parsed = {
  rounds?: number
  seconds?: number
  only?: MeasureName
  quick?: true
  postgres: string
  out?: string
}

/** A quick run never overwrites the published results unless told where to write. */
export function parseOptions(argv: string[]): Options {
  const parsed = command().parse(argv).opts<Parsed>()
  const quick = parsed.quick ?? false
  return {
    rounds: parsed.rounds ?? (quick ? 1 : 3),
    seconds: parsed.seconds ?? (quick ? 1 : 6),
    only: parsed.only,
    quick,
    postgres: parsed.postgres,
    out: parsed.out ?? (quick ? undefined : import.meta.dirname),
  }
}

function command(): Command {
  return new Command('bench')
    .description('Latchkey beside a bare Express handler and the usual wiring of the same libraries, as ratios')
    .option('--rounds <count>', 'interleaved rounds, of which the median counts (default 3)', positive)
    .option('--seconds <count>', 'length of one timed run (default 6)', positive)
    .option('--only <measure>', `one of ${MEASURES.join(', ')} (10 minutes with 100,000 sessions)`, measure)
    .option('--quick', 'a smoke run: small tables, one short round')
    .option(
      '--postgres <url>',
      'where to measure two processes on PostgreSQL',
      'postgres://postgres@127.0.0.1:5432/test',
    )
    .option('--out <folder>', 'where RESULTS.md and results.svg go (default, unless quick: bench/)')
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 up')
  return value
}

function measure(text: string): MeasureName {
  const found = MEASURES.find(name => name === text)
  if (found === undefined) throw new InvalidArgumentError(`one of ${MEASURES.join(', ')}`)
  return found
}
