import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { seconds } from '../../src/durations.ts'
import { reasonOf } from '../../src/error-code.ts'
import { nameOf, serversOf, wantsPrimary } from './postgres-servers.ts'

const ANSWER_WITHIN = seconds(2)
/** For a server that was promoted later than the first that answers. */
const OTHERS_WITHIN = seconds(1)
const REMEMBERED_FOR = seconds(5)

export type Primary = {
  /** Whether the URL asks for a server that takes writes. */
  takesWrites: boolean
  /** @returns the URL of one server. @throws NoPrimary */
  url(): Promise<string>
  /** The latest result of `url`. */
  latest(): string | undefined
  /** A connection broke, so the next `url` asks the servers again. */
  forget(): void
}

/** The message is a sentence for the operator. */
export class NoPrimary extends Error {
  override readonly name = 'NoPrimary'
}

/** A URL that leads to one server, whatever that server is. */
export function onlyServer(url: string): Primary {
  return { takesWrites: false, url: async () => url, latest: () => url, forget: () => {} }
}

/**
 * Finds the server that takes writes, which pg has no option for (libpq: `target_session_attrs=read-write`). If two take writes, it is
 * the one that was promoted last, so that a former primary that comes back is not used.
 * @param url with one or more hosts
 */
export function createPrimary(url: string): Primary {
  if (!wantsPrimary(url)) return onlyServer(url)
  let latest: string | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let search: Promise<string> | undefined

  async function find() {
    latest = await findPrimary(serversOf(url))
    return latest
  }

  return {
    takesWrites: true,
    url() {
      if (search && performance.now() - askedAt < REMEMBERED_FOR) return search
      askedAt = performance.now()
      const asked = find()
      search = asked
      asked.catch(() => {
        if (search === asked) search = undefined
      })
      return asked
    },
    latest: () => latest,
    forget() {
      search = undefined
    },
  }
}

type Writable = { server: string; timeline: number }

async function findPrimary(servers: string[]): Promise<string> {
  const found: Writable[] = []
  const asked = servers.map(async server => found.push(await ask(server)))
  try {
    await Promise.any(asked)
  } catch (error) {
    const reasons = (error as AggregateError).errors.map(
      (each, at) => `${nameOf(servers[at] ?? '')}: ${reasonOf(each)}`,
    )
    throw new NoPrimary(`No server of DATABASE_URL takes writes: ${reasons.join(', ')}.`)
  }
  await Promise.race([Promise.allSettled(asked), pause(OTHERS_WITHIN, undefined, { ref: false })])
  const [primary] = found.toSorted((one, other) => other.timeline - one.timeline || orderOf(one) - orderOf(other))
  return primary?.server ?? ''

  function orderOf({ server }: Writable) {
    return servers.indexOf(server)
  }
}

/** @throws Error if the server takes no writes */
async function ask(server: string): Promise<Writable> {
  const socket = new Socket()
  const client = new Client({
    connectionString: server,
    stream: () => socket,
    application_name: 'latchkey primary',
    connectionTimeoutMillis: ANSWER_WITHIN,
    query_timeout: ANSWER_WITHIN,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    if (!(await takesWrites(client))) throw new Error('read-only')
    return { server, timeline: await timelineOf(client) }
  } finally {
    void client.end().catch(() => {})
    // A silent server never answers the end.
    socket.destroySoon()
  }
}

export async function takesWrites(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ readOnly: string }>(
    `SELECT current_setting('transaction_read_only') AS "readOnly"`,
  )
  return rows[0]?.readOnly === 'off'
}

/** Each promotion starts a new timeline. Services that only resemble PostgreSQL may not tell theirs. */
async function timelineOf(client: Client): Promise<number> {
  const sql = 'SELECT pg_walfile_name(pg_current_wal_lsn()) AS file'
  const { rows } = await client.query<{ file: string }>(sql).catch(() => ({ rows: [] }))
  return Number.parseInt(rows[0]?.file.slice(0, 8) ?? '0', 16)
}
