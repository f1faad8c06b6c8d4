import { Client } from 'pg'
import { seconds } from '../durations.ts'

const CONNECT_TIMEOUT = seconds(4)

/** Connects for one piece of work. @throws Error if the server cannot be reached */
export async function withClient<Result>(
  connectionString: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT })
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
