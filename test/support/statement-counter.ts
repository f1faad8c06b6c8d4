import { Client } from 'pg'
import sqlite3 from 'sqlite3'

type Method = (...values: unknown[]) => unknown

/**
 * Counts what the drivers of both dialects are asked to run, below everything of ours; start it before the server.
 * @returns `during`, which gives the SQL that ran while a piece of work was done
 */
export function countStatements() {
  let seen: string[] = []
  const restore = [
    ...(['run', 'get', 'all', 'each'] as const).map(name =>
      watch(sqlite3.Statement.prototype, name, statement => seen.push(String(Reflect.get(statement, 'sql')))),
    ),
    watch(Client.prototype, 'query', (_client, [query]) => seen.push(textOf(query))),
  ]

  async function during(work: () => Promise<unknown>): Promise<string[]> {
    seen = []
    await work()
    return seen
  }

  function stop() {
    for (const each of restore) each()
  }

  return { during, stop }
}

function textOf(query: unknown) {
  return typeof query === 'object' && query !== null ? String(Reflect.get(query, 'text')) : String(query)
}

function watch(prototype: object, name: string, notice: (self: object, values: unknown[]) => void) {
  const original = Reflect.get(prototype, name) as Method
  Reflect.set(prototype, name, function (this: object, ...values: unknown[]) {
    notice(this, values)
    return original.apply(this, values)
  })
  return () => Reflect.set(prototype, name, original)
}
