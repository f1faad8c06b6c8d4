import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cookieLine } from '../cookies.ts'
import { type Generator, inTurns, secondBySecond, type Turns } from '../load.ts'
import type { Options } from '../options.ts'
import { newSessions } from '../population.ts'
import { ask } from '../request.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { ratio, type Section } from '../section.ts'
import { fillDatabase } from '../seed-sessions.ts'
import type { Server } from '../server.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

/** Exact versions, so that a later run measures the same. */
const PACKAGES = ['redis@6.3.1', 'connect-redis@10.0.0', 'better-auth@1.7.25']
const CONNECTIONS = 16
const WARM_UP_SECONDS = 20

const NAMES = {
  latchkey: 'Latchkey',
  synchronous: 'by hand on synchronous SQLite (node:sqlite)',
  memory: 'express-session in memory',
  redis: 'express-session on Redis',
  'better-auth': 'better-auth on SQLite',
} as const
type Name = keyof typeof NAMES

/** One live session, asked for again and again: what each way to check it leaves of a bare handler. */
export function measurePeers(options: Options, generator: Generator): Promise<Section> {
  return withScratch(async scratch => {
    const packages = install(scratch.folder)
    const turns = await startAll(scratch, packages)
    await inTurns(generator, plansOf(turns, options.quick ? 1 : WARM_UP_SECONDS))
    const shares: Record<string, number>[] = []
    for (let round = 1; round <= options.rounds; round++) {
      console.log(`peers, round ${round} of ${options.rounds}`)
      const { bare, ...others } = await inTurns(generator, plansOf(turns, options.seconds))
      const yardstick = bare?.perSecond ?? 0
      shares.push(
        Object.fromEntries(Object.entries(others).map(([name, { perSecond }]) => [name, perSecond / yardstick])),
      )
    }
    return toSection(shares)
  })
}

function install(folder: string): string {
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...PACKAGES])
  if (status !== 0) throw new Error(`npm install ${PACKAGES.join(' ')} failed: ${stderr}`)
  return folder
}

type Asked = { server: Server; path: string; header: string }

async function startAll({ folder, start }: Scratch, packages: string): Promise<Record<string, Asked>> {
  const [session] = newSessions(1)
  if (!session) throw new Error('no session')
  const file = join(folder, 'latchkey.sqlite')
  await fillDatabase(file, [session])
  const ours = await start(latchkey(file))
  const body = await ask(`${ours.origin}/auth/session`, session.sid)
  const program = (name: string) => join(import.meta.dirname, '../subjects', `${name}.ts`)
  const asked = (server: Server, path = '/auth/session', header = cookieLine(session.sid)) => ({ server, path, header })
  const bare = await start({ file: program('bare'), env: { ANSWERS: JSON.stringify({ '/auth/session': body }) } })
  const all: Record<string, Asked> = { bare: asked(bare), latchkey: asked(ours) }
  for (const peer of Object.keys(NAMES).filter(name => name !== 'latchkey')) {
    const DATABASE = join(folder, `${peer}.sqlite`)
    const env = { PEER: peer, SID: session.sid, ANSWER: JSON.stringify(body), PACKAGES: packages, DATABASE }
    const server = await start({ file: program('peer'), env })
    all[peer] = peer === 'better-auth' ? asked(server, '/api/auth/get-session', await ownCookie(server)) : asked(server)
    await refuseEmpty(all[peer])
  }
  return all
}

async function ownCookie({ origin }: Server): Promise<string> {
  return `Cookie: ${await (await fetch(`${origin}/cookie`)).text()}`
}

/** A peer that answers nobody's session would be fast for the wrong reason. */
async function refuseEmpty({ server, path, header }: Asked): Promise<void> {
  const response = await fetch(server.origin + path, { headers: { Cookie: header.slice('Cookie: '.length) } })
  const text = await response.text()
  if (response.status !== 200 || !text.includes('@')) throw new Error(`${path} answered ${response.status}: ${text}`)
}

function plansOf(turns: Record<string, Asked>, length: number): Record<string, Turns> {
  const plan = ({ server, path, header }: Asked) =>
    secondBySecond({ url: server.origin + path, headers: [header], connections: CONNECTIONS }, length)
  return Object.fromEntries(
    Object.entries(turns).map(([name, each]) => [name, { server: each.server, plans: plan(each) }]),
  )
}

function toSection(shares: Record<string, number>[]): Section {
  return {
    title: 'Beside others',
    notes: [
      'One live session, checked again and again: requests per second as a share of the bare handler, in turns of a second. Each peer runs behind Express and helmet.',
      `From npm: ${PACKAGES.join(', ')}. Neither Redis nor the synchronous check loads the user's permissions or tells why a session ended.`,
    ],
    head: ['session check', 'share of bare', 'each round'],
    rows: (Object.keys(NAMES) as Name[]).map(name => {
      const own = shares.map(round => round[name] ?? 0)
      return [NAMES[name], ratio(median(own)), own.map(ratio).join(', ')]
    }),
  }
}
