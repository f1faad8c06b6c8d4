import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatDuration, minutes, seconds } from '../../src/durations.ts'
import type { Latency } from '../load/latency.ts'
import { type Probe, probe } from '../load/probe.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, perSecond, type Section } from '../section.ts'
import { drawCookies, expireEvery, fillDatabase, growTable } from '../seed-sessions.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const ROWS = { full: 1_000_000, quick: 20_000 }
const LONGEST_SWEEP = minutes(3)
const POLL = 200
/** How long reads are watched with and without the sweep: as long, for a machine has pauses of its own. */
const WATCH = { full: seconds(30), quick: seconds(3) }
/** Compiles the code that is to be watched; the sweep begins after it. */
const WARM_UP = seconds(3)

type Round = { without: Latency; during: Latency; sweptPerSecond: number }

/** Half of the table is past its end; reads go to the database (no cache) while the server clears that half away. */
export function measureSweep(options: Options): Promise<Section> {
  const rows = options.quick ? ROWS.quick : ROWS.full
  return withScratch(async scratch => {
    const original = join(scratch.folder, 'original.sqlite')
    await fillDatabase(original, newSessions(999))
    growTable(original, rows)
    expireEvery(original, 2)
    const rounds: Round[] = []
    for (let round = 1; round <= options.rounds; round++) {
      console.log(`sweep, round ${round} of ${options.rounds}`)
      rounds.push(await measureRound(scratch, original, options))
    }
    return toSection(rows, rounds)
  })
}

async function measureRound(scratch: Scratch, original: string, options: Options): Promise<Round> {
  const file = join(scratch.folder, 'swept.sqlite')
  await copyFile(original, file)
  const headers = drawCookies(file, 10_000)
  const watch = options.quick ? WATCH.quick : WATCH.full
  const without = await withServer(scratch, file, '24h', async origin => {
    await probe(sessionReads(origin, headers), sleep(WARM_UP))
    return probe(sessionReads(origin, headers), sleep(watch))
  })
  return withServer(scratch, file, formatDuration(WARM_UP + seconds(2)), async origin => {
    await probe(sessionReads(origin, headers), sleep(WARM_UP))
    const clearing = untilCleared(file)
    const during = await probe(sessionReads(origin, headers), Promise.race([clearing, sleep(watch)]))
    return { without, during, sweptPerSecond: await clearing }
  })
}

async function withServer<T>(
  { start }: Scratch,
  file: string,
  SESSION_SWEEP: string,
  work: (origin: string) => Promise<T>,
) {
  const server = await start(latchkey(file, { SESSION_CACHE: '0', SESSION_SWEEP }))
  try {
    return await work(server.origin)
  } finally {
    await server.stop()
  }
}

function sessionReads(origin: string, headers: string[]): Probe {
  return { url: `${origin}/auth/session`, headers, perSecond: 200 }
}

/** Watches the table from outside until nothing that is over is left. Answers rows swept per second. */
async function untilCleared(file: string): Promise<number> {
  const database = new DatabaseSync(file, { readOnly: true })
  const over = `"expires" < strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')`
  const count = database.prepare(`SELECT count(*) AS total FROM "Sessions" WHERE ${over}`)
  const any = database.prepare(`SELECT 1 FROM "Sessions" WHERE ${over} LIMIT 1`)
  try {
    const before = Number(count.get()?.total)
    const started = performance.now()
    while (any.get() !== undefined && performance.now() - started < LONGEST_SWEEP) await sleep(POLL)
    const elapsed = performance.now() - started
    return ((before - Number(count.get()?.total)) / elapsed) * seconds(1)
  } finally {
    database.close()
  }
}

function toSection(rows: number, rounds: Round[]): Section {
  const longer = median(rounds.map(({ during, without }) => during.max - without.max))
  const longest = (of: 'during' | 'without') => Math.max(...rounds.map(round => round[of].max))
  return {
    title: 'The sweep',
    notes: [
      `${(rows / 2).toLocaleString('en')} of ${rows.toLocaleString('en')} sessions are over and swept while 200 reads a second go to the database (cache off).`,
    ],
    head: FINDING_HEAD,
    rows: [
      finding('longest read, during the sweep minus without', longer, milliseconds, { atMost: 50 }),
      finding('longest read of all rounds, without', longest('without'), milliseconds),
      finding('longest read of all rounds, during', longest('during'), milliseconds),
      finding('p99, without', median(rounds.map(each => each.without.p99)), milliseconds),
      finding('p99, during', median(rounds.map(each => each.during.p99)), milliseconds),
      finding('rows swept', median(rounds.map(each => each.sweptPerSecond)), perSecond, { atLeast: 1_000 }),
    ],
  }
}
