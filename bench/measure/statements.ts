import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { seconds } from '../../src/durations.ts'
import { cookieLine } from '../cookies.ts'
import { freePort } from '../free-port.ts'
import { everySession, newPopulation, type SeededSession } from '../population.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { type Section, showTarget, verdict } from '../section.ts'
import { fillDatabase, makeTouchDue } from '../seed-sessions.ts'
import type { Program } from '../server.ts'
import { latchkey } from '../subjects/latchkey.ts'
import { fillSeedDatabase } from '../subjects/seed-database.ts'
import { API_PATH } from '../subjects.ts'
import { askWith, newTokens } from '../tokens.ts'

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
    await fillDatabase(files.latchkey, everySession(population))
    makeTouchDue(files.latchkey, population.warmUp)
    const ours = await startCounted(scratch, latchkey(files.latchkey))
    const tokens = await newTokens(ours.origin, population.one)
    await fillSeedDatabase(files.seed, population, Object.values(tokens))
    const seed = await startCounted(scratch, {
      file: join(import.meta.dirname, '../subjects/seed.ts'),
      env: { DATABASE: files.seed },
    })
    const [many, due] = [population.many, population.warmUp].map(linesOf) as [string[], string[]]
    const rows = []
    rows.push(await row('first sight of a session', '/auth/session', [seed, ours], many, 1))
    rows.push(await row('first sight, touch due', '/auth/session', [seed, ours], due, 2))
    rows.push(await row('steady state', '/auth/session', [seed, ours], many, 0))
    rows.push(await row('steady state', '/auth/profile', [seed, ours], many, 0))
    for (const [kind, line] of Object.entries(tokens)) {
      await askWith(ours.origin + API_PATH, line)
      rows.push(await row(`steady state, ${kind} token`, API_PATH, [seed, ours], Array(many.length).fill(line), 0))
    }
    return toSection(rows)
  })
}

const linesOf = (sessions: SeededSession[]) => sessions.map(({ sid }) => cookieLine(sid))

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

async function row(what: string, path: string, [seed, ours]: [Counted, Counted], lines: string[], atMost: number) {
  const usual = await statementsPerRequest(seed, path, lines)
  const value = await statementsPerRequest(ours, path, lines)
  const show = (count: number) => count.toFixed(2)
  return [`${path}, ${what}`, show(usual), show(value), showTarget({ atMost }, show), verdict(value, { atMost })]
}

async function statementsPerRequest(
  { origin, background, take }: Counted,
  path: string,
  lines: string[],
): Promise<number> {
  await take()
  for (const line of lines) await askWith(`${origin}${path}`, line)
  await sleep(AFTERTHOUGHT)
  const counts = Object.entries(await take()).filter(([sql]) => !background.has(sql))
  return counts.reduce((sum, [, count]) => sum + count, 0) / lines.length
}

function toSection(rows: string[][]): Section {
  return {
    title: 'SQL statements per request',
    notes: ['Counted at the SQLite driver. What also runs while nobody asks (polling, clean-up) is left out.'],
    head: ['request', 'usual wiring', 'Latchkey', 'target', ''],
    rows,
  }
}
