import { cpus } from 'node:os'
import { join } from 'node:path'
import { register, signIn } from '../accounts.ts'
import type { Generator } from '../load.ts'
import type { Options } from '../options.ts'
import { withPostgres } from '../postgres.ts'
import { withScratch } from '../scratch.ts'
import { perSecond, type Section, times } from '../section.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const CONNECTIONS = 64
const SIGN_INS_AT_ONCE = 16

type Rates = { checks: number; signIns: number }
type Row = { database: string; one: Rates; two: Rates }

/** One process beside two workers. Both may use every core, and so does the load: the gain is what a machine of this size sees. */
export async function measureWorkers(options: Options, generator: Generator): Promise<Section> {
  const onSqlite = await withScratch(({ folder }) =>
    compare('SQLite', `sqlite:${join(folder, 'workers.sqlite')}`, options, generator),
  )
  const onPostgres = await withPostgres(options.postgres, url => compare('PostgreSQL', url, options, generator))
  return toSection([onSqlite, ...(onPostgres ? [onPostgres] : [])])
}

async function compare(database: string, url: string, options: Options, generator: Generator): Promise<Row> {
  const one: Rates[] = []
  const two: Rates[] = []
  for (let round = 0; round < options.rounds; round++) {
    one.push(await measure(url, '1', round === 0, options, generator))
    two.push(await measure(url, '2', false, options, generator))
  }
  return { database, one: medianOf(one), two: medianOf(two) }
}

function measure(url: string, workers: string, isFirst: boolean, options: Options, generator: Generator) {
  return withScratch(async ({ start }): Promise<Rates> => {
    const { origin } = await start({ ...latchkey('', { DATABASE_URL: url, WORKERS: workers }), cores: 'all' })
    if (isFirst) await register(origin)
    const headers: string[] = []
    for (let count = 0; count < CONNECTIONS; count++) headers.push(`Cookie: ${await signIn(origin)}`)
    const plan = { url: `${origin}/auth/session`, headers, connections: CONNECTIONS }
    await generator.run({ ...plan, stop: { seconds: 1 } })
    const { answered, seconds } = await generator.run({ ...plan, stop: { seconds: options.seconds } })
    return { checks: answered / seconds, signIns: await signInsPerSecond(origin, options.seconds) }
  })
}

async function signInsPerSecond(origin: string, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let count = 0
  async function visit() {
    for (; performance.now() < end; count++) await signIn(origin)
  }
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, visit))
  return count / seconds
}

function medianOf(rates: Rates[]): Rates {
  return { checks: median(rates.map(({ checks }) => checks)), signIns: median(rates.map(({ signIns }) => signIns)) }
}

function toSection(rows: Row[]): Section {
  const row = (what: string, one: number, two: number) => [what, perSecond(one), perSecond(two), times(two / one)]
  return {
    title: 'Two workers instead of one process',
    notes: [
      `WORKERS=2 beside WORKERS=1 on ${cpus().length} cores that the load shares: ${CONNECTIONS} connections for session checks, ${SIGN_INS_AT_ONCE} sign-ins at once.`,
      'One process already hashes passwords on all cores, so sign-ins gain little.',
    ],
    head: ['what', 'one process', 'two workers', ''],
    rows: rows.flatMap(({ database, one, two }) => [
      row(`${database}, session checks`, one.checks, two.checks),
      row(`${database}, sign-ins`, one.signIns, two.signIns),
    ]),
  }
}
