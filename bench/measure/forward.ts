import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { register, signIn } from '../accounts.ts'
import { type Generator, inTurns, type LoadResult, secondBySecond } from '../load.ts'
import type { Options } from '../options.ts'
import { withScratch } from '../scratch.ts'
import { FINDING_HEAD, finding, milliseconds, ratio, type Section } from '../section.ts'
import { median } from '../statistics.ts'
import { latchkey } from '../subjects/latchkey.ts'

const APPLICATION = 'http://metrics.localhost'
const PATH = '/auth/forward'
const CONNECTIONS = 16
const AT_LEAST = 0.8

type Round = Record<'bare' | 'latchkey', LoadResult>

/** What a proxy asks about each request of a signed-in browser, beside a handler that says yes to everything. */
export async function measureForward(options: Options, generator: Generator): Promise<Section> {
  const rounds: Round[] = []
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`forward, round ${round} of ${options.rounds}`)
    rounds.push(await measureRound(options, generator))
  }
  return toSection(rounds)
}

function measureRound({ seconds }: Options, generator: Generator): Promise<Round> {
  return withScratch(async ({ folder, start }) => {
    const file = join(folder, 'clients.yaml')
    await writeFile(file, `hosts:\n  - origin: ${APPLICATION}\n`)
    const settings = { FORWARD_AUTH: 'true', TRUST_PROXY: 'loopback', CLIENTS_FILE: file }
    const server = await start(latchkey(join(folder, 'latchkey.sqlite'), settings))
    const bare = await start({
      file: join(import.meta.dirname, '../subjects/bare.ts'),
      env: { ANSWERS: JSON.stringify({ [PATH]: {} }) },
    })
    await register(server.origin)
    const cookie = await applicationCookie(server.origin, await signIn(server.origin))
    const headers = [[...askedBy('GET', '/'), `Cookie: ${cookie}`].join('\t')]
    const turns = { bare, latchkey: server }
    const timed = (length: number) =>
      inTurns(generator, {
        bare: { server: turns.bare, plans: plans(turns.bare.origin, headers, length) },
        latchkey: { server: turns.latchkey, plans: plans(turns.latchkey.origin, headers, length) },
      })
    await timed(seconds)
    return timed(seconds)
  })
}

function plans(origin: string, headers: string[], seconds: number) {
  return secondBySecond({ url: origin + PATH, connections: CONNECTIONS, headers }, seconds)
}

function askedBy(method: string, uri: string): string[] {
  const { host, protocol } = new URL(APPLICATION)
  const family = { Method: method, Proto: protocol.slice(0, -1), Host: host, Uri: uri }
  return ['Host: forward-auth', ...Object.entries(family).map(([name, value]) => `X-Forwarded-${name}: ${value}`)]
}

/** Walks the way of a browser from the application to the sign-in and back. */
async function applicationCookie(origin: string, session: string): Promise<string> {
  const started = await go(`${origin}/.latchkey/start?to=/`, forwarded('/.latchkey/start'))
  const signedIn = await go(locationOf(started), { Cookie: session })
  const { pathname, search } = new URL(locationOf(signedIn))
  const back = await go(origin + pathname + search, { ...forwarded(pathname), Cookie: cookiesOf(started) })
  return cookiesOf(back)
}

function forwarded(uri: string): Record<string, string> {
  const { host, protocol } = new URL(APPLICATION)
  return { 'X-Forwarded-Host': host, 'X-Forwarded-Proto': protocol.slice(0, -1), 'X-Forwarded-Uri': uri }
}

function go(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual' })
}

function locationOf(response: Response): string {
  const location = response.headers.get('location')
  if (response.status !== 303 || location === null) throw new Error(`${response.url} answered ${response.status}`)
  return location
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

function toSection(rounds: Round[]): Section {
  const share = median(rounds.map(({ bare, latchkey }) => latchkey.perSecond / bare.perSecond))
  const tail = median(rounds.map(({ latchkey }) => latchkey.latency.p99))
  return {
    title: 'Forward auth',
    notes: [
      `\`GET ${PATH}\` as a proxy asks it for one signed-in browser, ${CONNECTIONS} at a time, beside a bare Express and helmet handler; median of ${rounds.length} rounds, each after a warm-up of the same length.`,
    ],
    head: FINDING_HEAD,
    rows: [
      finding('requests per second, to bare', share, ratio, { atLeast: AT_LEAST }),
      finding('p99', tail, milliseconds),
    ],
  }
}
