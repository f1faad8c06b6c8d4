import { createServer } from 'node:http'
import sqlite3 from 'sqlite3'

/**
 * Preloaded (`--import`) into a server under test: counts what its SQLite driver is asked to run, by SQL text. GET / on
 * COUNTER_PORT answers the counts since the last GET.
 */
const METHODS = ['run', 'get', 'all', 'each'] as const
let counts: Record<string, number> = {}

// `Database.run` and its kin prepare a statement and run it, so this sees them too.
const prototype = sqlite3.Statement.prototype as unknown as Record<string, (...values: unknown[]) => unknown>
for (const method of METHODS) countCalls(method)

function countCalls(method: string): void {
  const original = prototype[method]
  if (original === undefined) throw new Error(`sqlite3 has no Statement.${method}`)
  prototype[method] = function (this: { sql?: string }, ...values) {
    const sql = (this.sql ?? '?').trim().replace(/\s+/g, ' ')
    counts[sql] = (counts[sql] ?? 0) + 1
    return original.apply(this, values)
  }
}

// A worker or child process inherits the preload, but must not find the port.
const port = process.env.COUNTER_PORT
delete process.env.COUNTER_PORT
if (port !== undefined) answerCounts(Number(port))

function answerCounts(port: number): void {
  const server = createServer((_request, response) => {
    response.end(JSON.stringify(counts))
    counts = {}
  })
  server.listen(port, '127.0.0.1').unref()
}
