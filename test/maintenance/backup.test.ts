import { copyFile, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyChain } from '../../src/audit/verify.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal } from '../support/cli-process.ts'
import { ADA, BOB, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'

const isPostgres = process.env.TEST_DATABASE === 'postgres'

let directory: string
let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-backup-'))
  database = await createDatabase()
  server = await startServer({}, database)
  const keys = `SESSION_SECRET=${server.env.SESSION_SECRET}\nENCRYPTION_KEYS=${server.env.ENCRYPTION_KEYS}\n`
  await writeFile(path.join(directory, '.env.test'), keys, { mode: 0o600 })
})
afterAll(async () => {
  await server.stop()
  await database.drop()
  await rm(directory, { recursive: true })
})

const latchkey = (...args: string[]) =>
  cliHere({ DATABASE_URL: database.url, ENCRYPTION_KEYS: undefined }, directory).run(args)
const ask = (cookie: string) => supertest(server.url).get('/auth/session').set('Cookie', cookie)

if (!isPostgres)
  describe('a backup of SQLite', () => {
    const file = () => database.url.slice('sqlite:'.length)
    const filesBeside = async () =>
      (await readdir(path.dirname(file()))).filter(name => !name.startsWith('test.sqlite-'))

    test('11.4.1 14.1.2 is made beside the running server, for its owner alone, and replaces no file', async () => {
      await server.register(ADA)
      expect(await latchkey('backup', 'one.sqlite')).toMatchObject({ code: 0, stdout: /^one\.sqlite: \d+\.\d MB\n$/ })
      expect((await stat(path.join(directory, 'one.sqlite'))).mode & 0o777).toBe(0o600)
      expect(await latchkey('backup', 'one.sqlite')).toEqual(refusal('one.sqlite exists'))
      expect((await readdir(directory)).sort()).toEqual(['.env.test', 'one.sqlite'])
    })

    test('is not restored while a server has the database open; nothing is changed then', async () => {
      const { cookie } = await server.signIn()
      expect(await latchkey('restore', 'one.sqlite')).toEqual(
        refusal('Another process has .*test.sqlite open. Stop the server'),
      )
      expect(await filesBeside()).toEqual(['test.sqlite'])
      await ask(cookie).expect(200)
      await server.register(BOB)
    })

    test('is restored as it was, but no session lives on: each is told why', async () => {
      const { cookie, browser } = await server.signIn()
      const { cookie: signedOut, browser: other } = await server.signIn()
      await latchkey('backup', 'two.sqlite')
      await other.post('/auth/logout').expect(200)
      await browser.patch('/auth/profile').send({ name: 'Changed since' }).expect(200)
      await server.stop()

      const restored = await latchkey('restore', 'two.sqlite')
      expect(restored.stderr).toBe('')
      expect(restored.code).toBe(0)
      expect(restored.stdout).toMatch(/restored from two\.sqlite; sessions ended: [1-9]/)
      expect((await readdir(path.dirname(file()))).sort()).toEqual(['test.sqlite'])
      expect((await stat(file())).mode & 0o777).toBe(0o600)

      server = await startServer({}, database)
      for (const each of [cookie, signedOut]) expect((await ask(each).expect(401)).body.reason).toBe('restored')
      const { browser: again } = await server.signIn()
      expect((await again.get('/auth/profile').expect(200)).body.name).toBe(ADA.name)
      await verifyChain(server.deps.sealer)
    })

    test('is refused where it is damaged or of something else, and the database stays', async () => {
      await server.stop()
      const damaged = path.join(directory, 'damaged.sqlite')
      await copyFile(path.join(directory, 'two.sqlite'), damaged)
      const handle = await open(damaged, 'r+')
      for (let page = 8; page < 20; page++) await handle.write(Buffer.alloc(2048, 7), 0, 2048, page * 4096)
      await handle.close()
      await writeFile(path.join(directory, 'letter.txt'), 'Dear Ada, '.repeat(1000))
      const before = (await stat(file())).ino
      for (const name of ['damaged.sqlite', 'letter.txt'])
        expect(await latchkey('restore', name)).toEqual(
          refusal(`Nothing was changed: .*${name} is damaged, or no database of`),
        )
      expect((await stat(file())).ino).toBe(before)
      server = await startServer({}, database)
      await server.signIn()
    })
  })

if (!isPostgres)
  test('14.2.7 a file gives back the space of what was deleted from it, and keeps a little for new rows', async () => {
    const file = database.url.slice('sqlite:'.length)
    const size = async () => (await stat(file)).size
    await server.deps.database.sequelize.query(
      'CREATE TABLE "Ballast" AS SELECT hex(randomblob(1500)) AS "x" FROM "Roles" LIMIT 0',
    )
    for (let rows = 0; rows < 6000; rows += 500)
      await server.deps.database.sequelize.query(`
      WITH RECURSIVE "n"("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n" WHERE "i" < 500)
      INSERT INTO "Ballast" SELECT hex(randomblob(1500)) FROM "n"`)
    await server.rows('PRAGMA wal_checkpoint(TRUNCATE)')
    const before = await size()
    await server.deps.database.sequelize.query('DROP TABLE "Ballast"')
    const sweep = startExpirySweep(server.deps)
    await sweep.runOnce()
    await sweep.stop()
    await server.rows('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(before).toBeGreaterThan(15_000_000)
    expect(await size()).toBeLessThan(before / 3)
  })

if (isPostgres)
  test('PostgreSQL has its own commands, and both refuse and say where they are', async () => {
    for (const command of ['backup', 'restore']) expect(await latchkey(command, 'x')).toEqual(refusal('docs/backup.md'))
  })
