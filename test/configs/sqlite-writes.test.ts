import { spawnSync } from 'node:child_process'
import sqlite3 from 'sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Driver } from '../../configs/database/driver.ts'
import { openSqlite } from '../../configs/database/sqlite.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { startServer } from '../support/harness.ts'

/** A second connection, as of another process. */
function connect(file: string) {
  const connection = new sqlite3.Database(file)
  const all = (sql: string) =>
    new Promise<Record<string, unknown>[]>((resolve, reject) => {
      connection.all<Record<string, unknown>>(sql, (error, rows) => (error ? reject(error) : resolve(rows)))
    })
  return { all, close: () => new Promise<void>(resolve => connection.close(() => resolve())) }
}

describe('writes to SQLite', () => {
  let database: TestDatabase
  let driver: Driver
  let elsewhere: ReturnType<typeof connect>
  beforeEach(async () => {
    database = await createEmptyDatabase()
    const file = database.url.slice('sqlite:'.length)
    driver = await openSqlite(file, { logging: false, synchronous: 'NORMAL', isNew: true })
    elsewhere = connect(file)
    await driver.sequelize.query('CREATE TABLE notes (id INTEGER PRIMARY KEY, parent REFERENCES notes, text)')
  })
  afterEach(async () => {
    vi.useRealTimers()
    await elsewhere.close()
    await driver.close()
    await database.drop()
  })

  const texts = async () => (await elsewhere.all('SELECT text FROM notes ORDER BY id')).map(({ text }) => text)

  /** An insert that works, and then once not, because another process writes. */
  async function insertThatWasRefused() {
    const insert = driver.statement('INSERT INTO notes (text) VALUES ($1)')
    await insert.run('a')
    await driver.sequelize.query('PRAGMA busy_timeout = 50')
    await elsewhere.all('BEGIN IMMEDIATE')
    await expect(insert.run('refused')).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
    await elsewhere.all('COMMIT')
    return insert
  }

  test('one that found the database locked by another process leaves nothing behind: later ones are committed and stay', async () => {
    const { sequelize } = driver
    const rename = driver.statement('UPDATE notes SET text = text || $1')
    const insert = await insertThatWasRefused()

    await rename.run('b')
    expect(await texts()).toEqual(['ab'])
    await sequelize.query("UPDATE notes SET text = text || 'c'")
    expect(await texts()).toEqual(['abc'])
    await insert.run('d')
    expect(await texts()).toEqual(['abc', 'd'])
  })

  test('what another process wrote is read at once, also from a file that it made smaller', async () => {
    await elsewhere.all("INSERT INTO notes (text) SELECT hex(randomblob(2000)) FROM json_each('[1,2,3,4,5,6,7,8,9]')")
    const lengths = driver.statement('SELECT id, length(text) AS length FROM notes ORDER BY id')
    await elsewhere.all('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(await lengths.all()).toHaveLength(9)
    await elsewhere.all('DELETE FROM notes WHERE id < 9')
    await elsewhere.all('VACUUM')
    await elsewhere.all('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(await lengths.all()).toEqual([{ id: 9, length: 4000 }])
  })

  test('one that was refused keeps no old state in sight of later reads and writes', async () => {
    const { sequelize } = driver
    await insertThatWasRefused()
    await sequelize.query('SELECT * FROM notes')
    await elsewhere.all("INSERT INTO notes (text) VALUES ('from elsewhere')")

    const [seen] = await sequelize.query('SELECT text FROM notes')
    expect(seen).toEqual([{ text: 'a' }, { text: 'from elsewhere' }])
    await sequelize.query("UPDATE notes SET text = text || '!'")
    expect(await texts()).toEqual(['a!', 'from elsewhere!'])
  })

  test('a transaction that cannot be committed lets go of its connection and of the lock', async () => {
    // Sequelize says so on the console.
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { sequelize } = driver
    const orphaned = sequelize.transaction(async () => {
      await sequelize.query('PRAGMA defer_foreign_keys = ON')
      await sequelize.query('INSERT INTO notes (parent) VALUES (99)')
    })
    await expect(orphaned).rejects.toThrow('FOREIGN KEY')
    await elsewhere.all("INSERT INTO notes (text) VALUES ('next')")
    expect(await texts()).toEqual(['next'])
  })

  test('a query outside of a transaction does not see what is not committed', async () => {
    const { sequelize } = driver
    async function inTransaction(text: string) {
      const [written, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const whole = sequelize.transaction(async () => {
        await sequelize.query('INSERT INTO notes (text) VALUES ($text)', { bind: { text } })
        written.resolve()
        await looked.promise
      })
      await written.promise
      const [seen] = await sequelize.query('SELECT text FROM notes WHERE text = $text', { bind: { text } })
      looked.resolve()
      await whole
      expect(seen).toEqual([])
    }
    await inTransaction('a')
    await expect(sequelize.transaction(() => Promise.reject(new Error('rolled back')))).rejects.toThrow('rolled back')
    await Promise.all([inTransaction('b'), inTransaction('c')])
    expect(await texts()).toEqual(['a', 'b', 'c'])
  })

  test('prepared statements, single ones and transactions wait for each other in the order of their calls', async () => {
    const { sequelize } = driver
    const insert = driver.statement('INSERT INTO notes (text) VALUES ($1)')
    const insertBy = (text: string) => sequelize.query('INSERT INTO notes (text) VALUES ($text)', { bind: { text } })
    const inTransaction = (text: string) =>
      sequelize.transaction(async () => {
        // Long enough for the ones behind to go first, if they could.
        await new Promise(resolve => setTimeout(resolve, 20))
        await sequelize.query('INSERT INTO notes (text) VALUES ($text)', { bind: { text } })
      })
    await Promise.all([
      inTransaction('1'),
      insert.run('2'),
      inTransaction('3'),
      insertBy('4'),
      inTransaction('5'),
      insert.run('6'),
    ])
    expect(await texts()).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  test('one that fails does not stop those behind it', async () => {
    const orphan = driver.statement('INSERT INTO notes (parent) VALUES (99)').run()
    const next = driver.statement('INSERT INTO notes (text) VALUES ($1)').run('next')
    await expect(orphan).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' })
    await next
    expect(await texts()).toEqual(['next'])
  })

  test('one whose turn comes too late is not made, and lets nobody past the one that it waited for', async () => {
    const { sequelize } = driver
    const insert = driver.statement('INSERT INTO notes (text) VALUES ($1)')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const gate = Promise.withResolvers<void>()
    const slow = sequelize.transaction(async () => {
      await gate.promise
      await sequelize.query("INSERT INTO notes (text) VALUES ('slow')")
    })
    const late = expect(insert.run('late')).rejects.toMatchObject({ name: 'SequelizeTimeoutError' })
    await vi.advanceTimersByTimeAsync(5_000)
    await late
    const next = insert.run('next')
    gate.resolve()
    await Promise.all([slow, next])
    expect(await texts()).toEqual(['slow', 'next'])
  })

  test('a prepared one inside a transaction is refused at once, and the transaction rolled back', async () => {
    const { sequelize } = driver
    const insert = driver.statement('INSERT INTO notes (text) VALUES ($1)')
    const mistaken = sequelize.transaction(async () => {
      await sequelize.query("INSERT INTO notes (text) VALUES ('rolled back')")
      await insert.run('would wait for itself')
    })
    await expect(mistaken).rejects.toThrow('use a model')
    await insert.run('next')
    expect(await texts()).toEqual(['next'])
  })
})

describe('the limits on SQLite', () => {
  /** Whether another process gets to write, while this one stands still. */
  function othersMayWrite(file: string) {
    const program = `new (require('node:sqlite').DatabaseSync)(process.argv[1], { timeout: 3000 }).exec('BEGIN IMMEDIATE; ROLLBACK')`
    return spawnSync(process.execPath, ['-e', program, file]).status === 0
  }

  test('leave no write under way between two turns of the event loop: others would be answered before they are committed', async () => {
    const server = await startServer()
    let isCounted = false
    const counting = server.deps.limiters.client.consume('somebody').finally(() => {
      isCounted = true
    })
    while (!isCounted) {
      await new Promise(setImmediate)
      expect(othersMayWrite(server.deps.database.path)).toBe(true)
    }
    expect(await counting).toBe(0)
    await server.close()
  })
})
