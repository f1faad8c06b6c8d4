import { Client } from 'pg'
import { seconds } from '../../src/durations.ts'

const ANSWER_WITHIN = seconds(4)
const ROUNDS = 3

/** Whether a pooler such as pgbouncer uses different server connections per transaction. */
export async function sharesBackends(url: string): Promise<boolean> {
  const clients = [connect(url), connect(url)] as const
  try {
    await Promise.all(clients.map(client => client.connect()))
    return await seemsShared(...clients)
  } finally {
    await Promise.allSettled(clients.map(client => client.end()))
  }
}

function connect(connectionString: string) {
  const client = new Client({ connectionString, connectionTimeoutMillis: ANSWER_WITHIN, query_timeout: ANSWER_WITHIN })
  return client.on('error', () => {})
}

/** The order detects a pooler that rotates connections and one that reuses the last. */
async function seemsShared(one: Client, other: Client) {
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second, third] = [await backendOf(one), await backendOf(one), await backendOf(other)]
    if (first !== second || second === third) return true
  }
  return false
}

async function backendOf(client: Client) {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid
}
