import { join } from 'node:path'
import { formatDuration, minutes, seconds } from '../../src/durations.ts'
import { type Generator, rotated } from '../load.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, mebibytes, type Section } from '../section.ts'
import { drawCookies, fillDatabase, growTable } from '../seed-sessions.ts'
import type { Server } from '../server.ts'
import { slope } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

type Sample = { at: number; memory: number }

const FULL = { length: minutes(10), every: seconds(10), sessions: 100_000 }
const QUICK = { length: seconds(10), every: seconds(1), sessions: 10_000 }
/** What a flat process may seem to grow by between two garbage collections. */
const FLAT_MEBIBYTES_PER_MINUTE = 1

export function soak(options: Options, generator: Generator): Promise<Section> {
  const plan = options.quick ? QUICK : FULL
  return withScratch(async ({ folder, start }) => {
    const file = join(folder, 'latchkey.sqlite')
    await fillDatabase(file, newSessions(1_000))
    growTable(file, plan.sessions)
    const headers = drawCookies(file, plan.sessions)
    return toSection(plan, await sampleUnderLoad(await start(latchkey(file)), headers, plan, generator))
  })
}

async function sampleUnderLoad(server: Server, headers: string[], plan: typeof FULL, generator: Generator) {
  const samples: Sample[] = []
  const started = performance.now()
  const load = { url: `${server.origin}/auth/session`, connections: 16, stop: { seconds: plan.every / seconds(1) } }
  while (performance.now() - started < plan.length) {
    await generator.run({ ...load, headers: rotated(headers, samples.length / 4) })
    const sample = { at: performance.now() - started, memory: (await server.residentMemory()) ?? Number.NaN }
    console.log(`${Math.round(sample.at / seconds(1))} s: ${mebibytes(sample.memory)}`)
    samples.push(sample)
  }
  return samples
}

/** The slope is that of the second half: in the first the cache fills and code is compiled. */
function toSection(plan: typeof FULL, samples: Sample[]): Section {
  const settled = samples.slice(Math.floor(samples.length / 2))
  const growth = slope(settled.map(({ at, memory }) => ({ x: at / minutes(1), y: memory })))
  const perMinute = (value: number) => `${value.toFixed(2)} MiB/min`
  const highest = Math.max(...samples.map(({ memory }) => memory))
  return {
    title: 'Soak',
    notes: [`${plan.sessions.toLocaleString('en')} sessions, ${formatDuration(plan.length)} of full load.`],
    head: FINDING_HEAD,
    rows: [
      finding('growth in the second half', growth, perMinute, { atMost: FLAT_MEBIBYTES_PER_MINUTE }),
      finding('highest resident memory', highest, mebibytes),
    ],
  }
}
