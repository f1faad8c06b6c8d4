import { join } from 'node:path'
import { type Generator, inTurns, secondBySecond, type Turns } from '../load.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, type Section, times } from '../section.ts'
import { drawCookies, fillDatabase, growTable } from '../seed-sessions.ts'
import type { Server } from '../server.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const USERS = 1_000
const SMALL = 1_000
const BIG = { full: 1_000_000, quick: 20_000 }
/** Enough that neither SQLite's page cache nor chance decides. */
const DRAWN = 15_000

type Side = { server: Server; headers: string[] }

/** Two servers that keep no session in memory read from a small and from a big table, taking turns. */
export function measureTable(options: Options, generator: Generator): Promise<Section> {
  const rows = options.quick ? BIG.quick : BIG.full
  return withScratch(async scratch => {
    const small = await side(scratch, SMALL)
    const big = await side(scratch, rows)
    const slower: number[] = []
    for (let round = 0; round <= options.rounds; round++) {
      console.log(round === 0 ? 'table, warming up' : `table, round ${round} of ${options.rounds}`)
      slower.push(await measureRound(small, big, options, generator))
    }
    return toSection(rows, median(slower.slice(1)))
  })
}

/** @returns time per request, big over small */
async function measureRound(small: Side, big: Side, { seconds }: Options, generator: Generator): Promise<number> {
  function turnsOf({ server, headers }: Side): Turns {
    const plan = { url: `${server.origin}/auth/session`, headers, connections: 16 }
    return { server, plans: secondBySecond(plan, seconds) }
  }
  const found = await inTurns(generator, { small: turnsOf(small), big: turnsOf(big) })
  return found.small.perSecond / found.big.perSecond
}

async function side({ folder, start }: Scratch, rows: number): Promise<Side> {
  const file = join(folder, `${rows}.sqlite`)
  await fillDatabase(file, newSessions(USERS - 1))
  growTable(file, rows)
  const server = await start(latchkey(file, { SESSION_CACHE: '0' }))
  return { server, headers: drawCookies(file, DRAWN) }
}

function toSection(rows: number, slower: number): Section {
  return {
    title: 'A big table',
    notes: [
      'GET /auth/session with the cache off, so that each request reads the database; sessions drawn from the whole table.',
    ],
    head: FINDING_HEAD,
    rows: [finding(`time per request, ${rows.toLocaleString('en')} rows vs. 1,000`, slower, times, { atMost: 1.2 })],
  }
}
