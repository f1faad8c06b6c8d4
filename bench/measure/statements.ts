import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { seconds } from '../../configs/durations.ts'
import { freePort } from '../free-port.ts'
import { everySession, newPopulation, type SeededSession } from '../population.ts'
import { ask } from '../request.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { type Section, showTarget, verdict } from '../section.ts'
import { fillDatabase, makeTouchDue } from '../seed-sessions.ts'
import type { Program } from '../server.ts'
import { latchkey } from '../subjects/latchkey.ts'
import { fillSeedDatabase } from '../subjects/seed-database.ts'

const COUNTER = pathToFileURL(join(import.meta.dirname, '../subjects/statement-counter.ts')).href
const SESSIONS = { warmUp: 100, many: 200 }
/** A touch may be written after the answer. */
const AFTERTHOUGHT = 300

type Counts = Record<string, number>
type Counted = { origin: string; background: Set<string>; take(): Promise<Counts> }

/** Asks servers whose SQLite driver is counted; what also runs while nobody asks belongs to no request. */
export function measureStatements(): Promise<Section> {
  return withScratch(async scratch => {
    const population = newPopulation(SESSIONS)
    const files = { seed: join(scratch.folder, 'seed.sqlite'), latchkey: join(scratch.folder, 'latchkey.sqlite') }
    await fillSeedDatabase(files.seed, population)
    await fillDatabase(files.latchkey, everySession(population))
    makeTouchDue(files.latchkey, population.warmUp)
    const seed = await startCounted(scratch, {
      file: join(import.meta.dirname, '../subjects/seed.ts'),
      env: { DATABASE: files.seed },
    })
    const ours = await startCounted(scratch, latchkey(files.latchkey))
    const rows = []
    rows.push(await row('first sight of a session', '/auth/session', [seed, ours], population.many, 1))
    rows.push(await row('first sight, touch due', '/auth/session', [seed, ours], population.warmUp, 2))
    rows.push(await row('steady state', '/auth/session', [seed, ours], population.many, 0))
    rows.push(await row('steady state', '/auth/profile', [seed, ours], population.many, 0))
    return toSection(rows)
  })
}

async function startCounted({ start }: Scratch, { file, env }: Program): Promise<Counted> {
  const port = await freePort()
  const { origin } = await start({
    file,
    env: { ...env, NODE_OPTIONS: `--import=${COUNTER}`, COUNTER_PORT: `${port}` },
  })
  const take = async () => (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Counts
  await take()
  await sleep(seconds(3))
  return { origin, take, background: new Set(Object.keys(await take())) }
}

async function row(
  what: string,
  path: string,
  [seed, ours]: [Counted, Counted],
  sessions: SeededSession[],
  atMost: number,
) {
  const usual = await statementsPerRequest(seed, path, sessions)
  const value = await statementsPerRequest(ours, path, sessions)
  const show = (count: number) => count.toFixed(2)
  return [`${path}, ${what}`, show(usual), show(value), showTarget({ atMost }, show), verdict(value, { atMost })]
}

async function statementsPerRequest(
  { origin, background, take }: Counted,
  path: string,
  sessions: SeededSession[],
): Promise<number> {
  await take()
  for (const { sid } of sessions) await ask(`${origin}${path}`, sid)
  await sleep(AFTERTHOUGHT)
  const counts = Object.entries(await take()).filter(([sql]) => !background.has(sql))
  return counts.reduce((sum, [, count]) => sum + count, 0) / sessions.length
}

function toSection(rows: string[][]): Section {
  return {
    title: 'SQL statements per request',
    notes: ['Counted at the SQLite driver. What also runs while nobody asks (polling, clean-up) is left out.'],
    head: ['request', 'usual wiring', 'Latchkey', 'target', ''],
    rows,
  }
}
