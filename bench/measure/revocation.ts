import { join } from 'node:path'
import { register, signIn, signOut } from '../accounts.ts'
import type { Options } from '../options.ts'
import { withPostgres } from '../postgres.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, type Section } from '../section.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const ROUNDS = { full: 200, quick: 5 }
/** What docs/decisions/0010 promises. */
const BOUNDS = { SQLite: 500, PostgreSQL: 2_000 }

/** Two processes on one database: for how long the one still accepts a session that was signed out at the other. */
export function measureRevocation(options: Options): Promise<Section> {
  const rounds = options.quick ? ROUNDS.quick : ROUNDS.full
  return withScratch(async scratch => {
    const onSqlite = await measure(scratch, `sqlite:${join(scratch.folder, 'shared.sqlite')}`, rounds)
    const onPostgres = await withPostgres(options.postgres, url => measure(scratch, url, rounds))
    return toSection(rounds, onSqlite, onPostgres)
  })
}

/** Milliseconds from the answer to a sign-out to the start of the last request that was accepted elsewhere; 0 for none. */
async function measure({ start }: Scratch, url: string, rounds: number): Promise<number[]> {
  const program = latchkey('', { DATABASE_URL: url })
  const [here, there] = [await start(program), await start(program)]
  await register(here.origin)
  const found: number[] = []
  for (let round = 0; round < rounds; round++) found.push(await acceptedFor(here.origin, there.origin))
  await Promise.all([here.stop(), there.stop()])
  return found
}

async function acceptedFor(here: string, there: string): Promise<number> {
  const cookie = await signIn(here)
  async function accepted() {
    const response = await fetch(`${there}/auth/session`, { headers: { Cookie: cookie } })
    await response.arrayBuffer()
    return response.ok
  }
  if (!(await accepted())) throw new Error('a session that has just begun is not accepted')
  await signOut(here, cookie)
  const signedOut = performance.now()
  for (let last = 0; ; ) {
    const asked = performance.now()
    if (!(await accepted())) return last
    last = asked - signedOut
  }
}

function toSection(rounds: number, onSqlite: number[], onPostgres: number[] | undefined): Section {
  const rowsOf = (dialect: keyof typeof BOUNDS, found: number[]) => [
    finding(`${dialect}, longest`, Math.max(...found), milliseconds, { atMost: BOUNDS[dialect] }),
    finding(`${dialect}, median`, median(found), milliseconds),
  ]
  return {
    title: 'Signed out here, refused there',
    notes: [
      `Two processes on one database. For how long after a sign-out was answered by the one, the other still accepts the session that it has in memory; ${rounds} times.`,
      ...(onPostgres ? [] : ['PostgreSQL was not measured: no server answered.']),
    ],
    head: FINDING_HEAD,
    rows: [...rowsOf('SQLite', onSqlite), ...(onPostgres ? rowsOf('PostgreSQL', onPostgres) : [])],
  }
}
