import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { register, signIn, signOut } from '../accounts.ts'
import { freePort } from '../free-port.ts'
import type { Options } from '../options.ts'
import { withPostgres } from '../postgres.ts'
import { type Scratch, withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, type Section } from '../section.ts'
import { median, percentile } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const ROUNDS = { full: 300, quick: 6 }
const P99_AT_MOST = 1_000
/** Between sign-outs, in ms. */
const PAUSE = 20
const ARRIVES_WITHIN = 10_000

/** Two nodes on one database, and two applications, of which one takes the connection and never answers. */
export function measureLogout(options: Options): Promise<Section> {
  const rounds = options.quick ? ROUNDS.quick : ROUNDS.full
  return withScratch(async scratch => {
    const onSqlite = await measure(scratch, `sqlite:${join(scratch.folder, 'logout.sqlite')}`, rounds)
    const onPostgres = await withPostgres(options.postgres, url => measure(scratch, url, rounds))
    return toSection(rounds, onSqlite, onPostgres)
  })
}

/** Milliseconds from the request to sign out to the logout token at the application that is up. */
async function measure({ start, folder }: Scratch, url: string, rounds: number): Promise<number[]> {
  const [up, silent] = [await startApplication('up'), await startApplication('silent')]
  const file = join(folder, 'clients.yaml')
  await writeFile(file, `clients:\n${up.entry}${silent.entry}`)
  const port = await freePort()
  // Both nodes are reached at one address, as behind a proxy; each is asked at its own.
  const settings = {
    DATABASE_URL: url,
    OPENID_PROVIDER: 'true',
    // One user signs in for all rounds.
    WRITE_LIMIT_USER: '1000000',
    CLIENTS_FILE: file,
    BASE_URL: `http://localhost:${port}`,
  }
  const program = latchkey('', settings)
  const nodes = [await start(program), await start(program)] as const
  await register(nodes[0].origin)
  const cookies: string[] = []
  for (let round = 0; round < rounds; round++) cookies.push(await enterBoth(nodes[round % 2 === 0 ? 0 : 1].origin))
  const took: number[] = []
  for (const [round, cookie] of cookies.entries()) {
    const begun = performance.now()
    // At the node that the session did not begin at.
    await signOut(nodes[round % 2 === 0 ? 1 : 0].origin, cookie)
    took.push((await up.arrived(round)) - begun)
    await sleep(PAUSE)
  }
  await Promise.all(nodes.map(node => node.stop()))
  if (up.count() !== rounds) throw new Error(`${up.count()} logout tokens for ${rounds} sessions`)
  up.close()
  silent.close()
  return took
}

/** Signs a new session in at both applications; that they redeem their code makes no difference. */
async function enterBoth(origin: string): Promise<string> {
  const cookie = await signIn(origin)
  for (const client of ['up', 'silent']) {
    const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url')
    const query = new URLSearchParams({
      client_id: client,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `https://${client}.example.com/callback`,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const response = await fetch(`${origin}/oidc/auth?${query}`, { headers: { Cookie: cookie }, redirect: 'manual' })
    await response.body?.cancel()
    const answer = response.headers.get('location') ?? ''
    if (!answer.includes('code=')) throw new Error(`no code from ${origin}: ${response.status} ${answer}`)
  }
  return cookie
}

/** @param name `silent` never answers */
async function startApplication(name: string) {
  const port = await freePort()
  const arrivals: number[] = []
  const server = createServer((request, response) => {
    arrivals.push(performance.now())
    request.resume()
    if (name !== 'silent') response.end()
  }).listen(port, '127.0.0.1')
  const entry = [
    `  - id: ${name}`,
    `    name: ${name}`,
    `    redirectUris: [https://${name}.example.com/callback]`,
    `    backchannelLogoutUri: http://127.0.0.1:${port}/`,
    '    skipConsent: true',
    '',
  ].join('\n')

  async function arrived(index: number): Promise<number> {
    const limit = performance.now() + ARRIVES_WITHIN
    while (performance.now() < limit) {
      const at = arrivals[index]
      if (at !== undefined) return at
      await sleep(1)
    }
    throw new Error('a logout token did not arrive')
  }

  function close() {
    server.close()
    server.closeAllConnections()
  }

  return { entry, arrived, close, count: () => arrivals.length }
}

function toSection(rounds: number, onSqlite: number[], onPostgres: number[] | undefined): Section {
  const rowsOf = (dialect: string, took: number[]) => [
    finding(`${dialect}, p99`, percentile(took, 0.99), milliseconds, { atMost: P99_AT_MOST }),
    finding(`${dialect}, median`, median(took), milliseconds),
  ]
  return {
    title: 'Signed out here, told to an application',
    notes: [
      `Two processes on one database; sessions begin at one and are signed out at the other. From the request to sign out until the logout token reaches an application, while another application takes connections and never answers; ${rounds} times.`,
      ...(onPostgres ? [] : ['PostgreSQL was not measured: no server answered.']),
    ],
    head: FINDING_HEAD,
    rows: [...rowsOf('SQLite', onSqlite), ...(onPostgres ? rowsOf('PostgreSQL', onPostgres) : [])],
  }
}
