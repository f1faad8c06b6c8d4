import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seconds } from '../../src/durations.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, mebibytes, milliseconds, type Section } from '../section.ts'
import { fillDatabase } from '../seed-sessions.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

/** Until a started server is idle. */
const SETTLED = seconds(3)
const STARTS = { full: 5, quick: 2 }

export async function measureMemory(options: Options): Promise<Section> {
  const starts: { startedIn: number; idle: number }[] = []
  await withScratch(async ({ folder, start }) => {
    const file = join(folder, 'latchkey.sqlite')
    await fillDatabase(file, newSessions(1_000))
    for (let count = options.quick ? STARTS.quick : STARTS.full; count > 0; count--) {
      const server = await start(latchkey(file))
      await sleep(SETTLED)
      starts.push({ startedIn: server.startedIn, idle: (await server.residentMemory()) ?? Number.NaN })
      await server.stop()
    }
  })
  return toSection(starts)
}

function toSection(starts: { startedIn: number; idle: number }[]): Section {
  const startedIn = median(starts.map(each => each.startedIn))
  const idle = median(starts.map(each => each.idle))
  return {
    title: 'Start and memory',
    notes: [`Absolute, so they depend on this machine. Median of ${starts.length} starts on a migrated database.`],
    head: FINDING_HEAD,
    rows: [
      finding('start to first answer', startedIn, milliseconds, { atMost: seconds(1.5) }),
      finding('resident memory, idle', idle, mebibytes, { atMost: 160 }),
    ],
  }
}
