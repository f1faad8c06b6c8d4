import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/** Works on a database that is made for it and dropped; undefined where no server answers at the URL. */
export async function withPostgres<T>(url: string, work: (url: string) => Promise<T>): Promise<T | undefined> {
  const client = new Client({ connectionString: url })
  const answers = await client.connect().then(
    () => true,
    () => false,
  )
  if (!answers) return undefined
  const name = `latchkey_bench_${randomUUID().slice(0, 8)}`
  await client.query(`CREATE DATABASE "${name}"`)
  try {
    return await work(Object.assign(new URL(url), { pathname: `/${name}` }).href)
  } finally {
    await client.query(`DROP DATABASE "${name}" WITH (FORCE)`)
    await client.end()
  }
}
