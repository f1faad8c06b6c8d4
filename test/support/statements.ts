import { Client } from 'pg'
import sqlite3 from 'sqlite3'

type Callback = (error: Error | null, ...rest: unknown[]) => void

/** What the invalidation channel asks by itself, whoever is or is not served. */
const CHANNEL = /"?Invalidations"?|pg_notify|^\s*(UN)?LISTEN/i

type Rule = { pattern: RegExp; error?: Error; passed: Promise<void> }

const rules = new Set<Rule>()
const watchers = new Set<(sql: string) => void>()

const rulesFor = (sql: string) => [...rules].filter(({ pattern }) => pattern.test(sql))

function seen(sql: string) {
  if (!CHANNEL.test(sql)) for (const watcher of watchers) watcher(sql)
}

function watchSqlite() {
  const prototype = sqlite3.Statement.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const method of ['run', 'get', 'all', 'each']) {
    const original = prototype[method]
    if (!original) throw new Error(`sqlite3 has no Statement.${method} any more`)
    prototype[method] = function (this: { sql: string }, ...args: unknown[]) {
      seen(this.sql)
      // Both the driver and Sequelize go on with the statement that is returned.
      return callBackUnder(rulesFor(this.sql), args, given => original.apply(this, given)) ?? this
    }
  }
  const exec = sqlite3.Database.prototype.exec
  sqlite3.Database.prototype.exec = function (...args) {
    seen(args[0])
    return exec.apply(this, args)
  }
}

function watchPostgres() {
  const original = Client.prototype.query as (...args: unknown[]) => unknown
  const query = function (this: Client, ...args: unknown[]) {
    const [first] = args
    const sql = typeof first === 'string' ? first : ((first as { text?: string } | undefined)?.text ?? '')
    seen(sql)
    const ruled = rulesFor(sql)
    if (ruled.length === 0) return original.apply(this, args)
    if (typeof args.at(-1) === 'function') return callBackUnder(ruled, args, given => original.apply(this, given))
    const error = ruled.find(rule => rule.error)?.error
    if (error) return Promise.reject(error)
    return Promise.resolve(original.apply(this, args)).then(async result => {
      for (const { passed } of ruled) await passed
      return result
    })
  }
  Client.prototype.query = query as typeof Client.prototype.query
}

/** Calls a driver's method whose last argument is a callback, as the rules say: not at all, or with its answer held. */
function callBackUnder(ruled: Rule[], args: unknown[], call: (given: unknown[]) => unknown) {
  const callback = args.at(-1) as Callback | undefined
  if (typeof callback !== 'function' || ruled.length === 0) return call(args)
  const error = ruled.find(rule => rule.error)?.error
  if (error) return void setImmediate(() => callback(error))
  const held: Callback = function (this: unknown, ...answer) {
    void Promise.all(ruled.map(({ passed }) => passed)).then(() => callback.apply(this, answer))
  }
  return call([...args.slice(0, -1), held])
}

watchSqlite()
watchPostgres()

/**
 * Every statement that this process hands to a driver from now on, ours and Sequelize's alike: both drivers are watched at the one
 * method through which all must go. Only the invalidation channel's own polling is left out.
 */
export function recordStatements() {
  const statements: string[] = []
  const watcher = (sql: string) => void statements.push(sql.replace(/\s+/g, ' ').trim())
  watchers.add(watcher)
  return { statements, stop: () => void watchers.delete(watcher) }
}

/** The statements that went to a driver while `work` ran. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const { statements, stop } = recordStatements()
  try {
    await work()
  } finally {
    stop()
  }
  return statements
}

function addRule(rule: Rule) {
  rules.add(rule)
  return () => void rules.delete(rule)
}

/**
 * Holds the answer of the next matching statement on its way, until released: the database has read, the program does not know yet.
 * @returns `held` resolves when the statement has gone out
 */
export function holdNext(pattern: RegExp) {
  const released = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const rule = { pattern, passed: released.promise }
  function watcher(sql: string) {
    if (!pattern.test(sql)) return
    // The rules for this statement are looked up in this turn; the next one finds this rule gone.
    queueMicrotask(remove)
    reached.resolve()
  }
  const removeRule = addRule(rule)
  function remove() {
    removeRule()
    watchers.delete(watcher)
  }
  watchers.add(watcher)
  return { held: reached.promise, release: released.resolve }
}

/** Lets matching statements fail before the database hears of them, until the returned function is called. */
export function failStatements(pattern: RegExp, code = 'TEST_FAILURE') {
  const error = Object.assign(new Error(`${code} in a statement with a secret sid`), { code })
  return addRule({ pattern, error, passed: Promise.resolve() })
}
