import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuditEventRow } from '../../models/audit-event.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { startExpirySweep } from '../../src/maintenance/expired-rows.ts'
import { personalToken } from '../support/bearer.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal } from '../support/cli-process.ts'
import { ADA, BOB, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'
import { mailFor } from '../support/waiting-mails.ts'

const isPostgres = process.env.TEST_DATABASE === 'postgres'
const OTHER_KEY = 'another-test-key-another-test-key-another-test'

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
  if (isPostgres) for (const name of await databasesBeside()) await asSuperuser(`DROP DATABASE "${name}"`)
  await database.drop()
  await rm(directory, { recursive: true })
})

type Settings = Record<string, string | undefined>

const latchkeyWith = (settings: Settings, ...args: string[]) =>
  cliHere({ DATABASE_URL: database.url, ENCRYPTION_KEYS: undefined, ...settings }, directory).run(args)
const latchkey = (...args: string[]) => latchkeyWith({}, ...args)
const ask = (cookie: string) => supertest(server.url).get('/auth/session').set('Cookie', cookie)
const askApi = (token: string) => supertest(server.url).get('/api/v1/me').set('Authorization', `Bearer ${token}`)
const inDirectory = (name: string) => path.join(directory, name)
const sqliteFile = () => database.url.slice('sqlite:'.length)
const ownName = () => new URL(database.url).pathname.slice(1)

async function asSuperuser(sql: string, url = process.env.TEST_DATABASE_URL) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function databasesBeside(): Promise<string[]> {
  const rows = await asSuperuser(`SELECT datname FROM pg_database WHERE datname LIKE '${ownName()}_%'`)
  return rows.map(({ datname }) => datname)
}

/** Databases beside the one in use, as files or by name; they end with a time. */
async function beside() {
  if (isPostgres) return (await databasesBeside()).map(name => name.slice(ownName().length))
  const files = await readdir(path.dirname(sqliteFile()))
  return files.filter(name => !/^test\.sqlite(-wal|-shm)?$/.test(name)).map(name => name.slice('test.sqlite'.length))
}

async function stop() {
  await server.stop()
}

async function start() {
  server = await startServer({}, database)
}

/** What a user may hold at the time of a backup. */
async function everythingOf(person: typeof ADA) {
  const { cookie, browser } = await server.signIn(person)
  const { token } = await personalToken(server, cookie)
  await supertest(server.url).post('/auth/forgot-password').send({ email: person.email }).expect(202)
  const { token: resetToken } = await mailFor(server, person.email, 'reset-password')
  return { cookie, browser, token, resetToken }
}

const openResetLink = (token: string) =>
  supertest(server.url).post('/auth/reset-password').send({ token, password: 'four hundred paper boats sail' })

test('11.4.1 14.1.2 a backup is made beside the running server, for its owner alone, and says what it lacks', async () => {
  await server.register(ADA)
  const { code, stdout, stderr } = await latchkey('backup', 'one.backup')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^one\.backup: \d+\.\d MB\n$/) })
  expect(stderr).toMatch(/^Not in it: SESSION_SECRET, ENCRYPTION_KEYS .*\.env\.test.*\n$/)
  expect((await stat(inDirectory('one.backup'))).mode & 0o777).toBe(0o600)
  expect((await readdir(directory)).sort()).toEqual(['.env.test', 'one.backup'])
})

test('a backup replaces no file unless it is forced', async () => {
  const before = (await stat(inDirectory('one.backup'))).ino
  expect(await latchkey('backup', 'one.backup')).toEqual(refusal('one.backup exists'))
  expect((await stat(inDirectory('one.backup'))).ino).toBe(before)
  expect(await latchkey('backup', '--force', 'one.backup')).toMatchObject({ code: 0 })
  expect((await stat(inDirectory('one.backup'))).ino).not.toBe(before)
  expect((await readdir(directory)).sort()).toEqual(['.env.test', 'one.backup'])
})

test('a backup is verified while the server runs, and nothing changes', async () => {
  const { cookie } = await server.signIn()
  const { code, stdout } = await latchkey('restore', '--verify', 'one.backup')
  expect(code).toBe(0)
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^newest event: 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ, \d minutes ago$/),
    'users: 1',
    'live sessions: 0',
    'personal access tokens: 0',
    'pending migrations: 0',
    'security events: 1',
    expect.stringMatching(/^head: 1:[\w-]{43}$/),
    '',
  ])
  await ask(cookie).expect(200)
  expect(await beside()).toEqual([])
})

test('a backup is not restored while a server has the database open, nor without a confirmation', async () => {
  const { cookie } = await server.signIn()
  expect(await latchkey('restore', '--yes', 'one.backup')).toEqual(refusal('Another process .*Stop every server'))
  expect(await latchkey('restore', 'one.backup')).toEqual(refusal('This replaces .*add --yes'))
  await ask(cookie).expect(200)
  expect(await beside()).toEqual([])
})

test('all is restored but what grants access by itself; the session says why, and the old database is kept', async () => {
  await server.register(BOB)
  const { cookie, browser, token, resetToken } = await everythingOf(ADA)
  const { cookie: signedOut, browser: other } = await server.signIn()
  await latchkey('backup', 'two.backup')
  await other.post('/auth/logout').expect(200)
  await browser.patch('/auth/profile').send({ name: 'Changed since' }).expect(200)
  await stop()

  const { code, stdout, stderr } = await latchkey('restore', '--yes', 'two.backup')
  expect(stderr).toMatch(/^Loading .*\nApplying .*\nVerifying .*\nEnding .*\nReplacing .*\n/)
  expect(code).toBe(0)
  expect(stdout).toMatch(/restored from .*two\.backup; sessions ended: \d+, tokens revoked: 1, links voided: [1-9]/)
  expect(await beside()).toEqual([expect.stringMatching(isPostgres ? /^_before_/ : /^\.before-/)])
  if (!isPostgres) expect((await stat(sqliteFile())).mode & 0o777).toBe(0o600)

  await start()
  for (const each of [cookie, signedOut]) expect((await ask(each).expect(401)).body.reason).toBe('restored')
  await askApi(token).expect(401)
  await openResetLink(resetToken).expect(403)
  const { browser: again } = await server.signIn()
  expect((await again.get('/auth/profile').expect(200)).body.name).toBe(ADA.name)
  await server.signIn(BOB)
  const event = await AuditEventRow.findOne({ where: { event: 'sys_database_restored' } })
  expect(JSON.parse(event?.details ?? '')).toMatchObject({ tokens: 1, kept: false, by: 'command line' })
  await verifyChain(server.deps.sealer)
})

if (isPostgres)
  test('the replaced database stays as it was, and what belongs to it alone is named', async () => {
    const [name] = await databasesBeside()
    const url = new URL(database.url)
    url.pathname = `/${name}`
    expect(await asSuperuser(`SELECT "name" FROM "Users" ORDER BY "name"`, url.href)).toEqual([
      { name: 'Bob Kahn' },
      { name: 'Changed since' },
    ])
    await asSuperuser(`DROP DATABASE "${name}"`)
    await asSuperuser(`ALTER DATABASE "${ownName()}" SET lock_timeout = '7s'`)
  })
else
  test('the replaced file stays as it was', async () => {
    const [suffix] = await beside()
    const kept = await cliHere(
      { DATABASE_URL: `sqlite:${sqliteFile()}${suffix}`, ENCRYPTION_KEYS: undefined },
      directory,
    ).run(['user', 'list'])
    expect(kept.stdout).toContain('Changed since')
    await rm(`${sqliteFile()}${suffix}`)
  })

test('sessions, tokens and links live on with --keep-sessions', async () => {
  const { cookie, token, resetToken } = await everythingOf(ADA)
  await latchkey('backup', 'three.backup')
  await stop()
  const { stdout, stderr } = await latchkey('restore', '--keep-sessions', '--yes', 'three.backup')
  expect(stdout).toContain('sessions, tokens and links kept')
  expect(stderr.includes('Not copied from the database before: lock_timeout=7s')).toBe(isPostgres)
  await start()
  await ask(cookie).expect(200)
  await askApi(token).expect(200)
  await openResetLink(resetToken).expect(200)
})

test('a backup under another key of ENCRYPTION_KEYS is refused, before anything is replaced', async () => {
  const known = await beside()
  await stop()
  expect(await latchkeyWith({ ENCRYPTION_KEYS: OTHER_KEY }, 'restore', '--yes', 'three.backup')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/error: Nothing was changed: ENCRYPTION_KEYS lacks a key of the backup: [\w-]{8}\./),
  })
  expect(await beside()).toEqual(known)
  await start()
  await server.signIn(BOB)
})

test('an older backup is migrated, one of a newer release is refused', async () => {
  await stop()
  await latchkey('backup', 'now.backup')
  await latchkey('migrate', 'down', '--yes')
  await latchkey('backup', 'older.backup')
  await latchkey('restore', '--yes', 'now.backup')
  await start()
  await server.rows(`INSERT INTO "Migrations" ("name") VALUES ('29990101000000-of-the-future')`)
  await latchkey('backup', 'newer.backup')
  await server.rows(`DELETE FROM "Migrations" WHERE "name" = '29990101000000-of-the-future'`)
  await stop()
  expect(await latchkey('restore', '--yes', 'newer.backup')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('A newer release made it'),
  })
  expect((await latchkey('restore', '--yes', 'older.backup')).stdout).toContain('pending migrations: 1\n')
  await start()
  await server.signIn(BOB)
})

test('16.4.2 a backup with a broken audit log is restored only by force', async () => {
  await server.rows(`DELETE FROM "AuditEvents" WHERE "seq" = 2`)
  await latchkey('backup', 'broken.backup')
  await stop()
  const broken = { stderr: expect.stringContaining('The audit chain is broken at event 2') }
  expect(await latchkey('restore', '--yes', 'broken.backup')).toMatchObject({ code: 1, ...broken })
  expect(await latchkey('restore', '--yes', '--force', 'broken.backup')).toMatchObject({ code: 0, ...broken })
  await start()
  await server.signIn(BOB)
})

test('a damaged backup, and a file of something else, are refused, and the database stays', async () => {
  await stop()
  const known = await beside()
  await copyFile(inDirectory('two.backup'), inDirectory('damaged.backup'))
  const handle = await open(inDirectory('damaged.backup'), 'r+')
  for (let page = 8; page < 20; page++) await handle.write(Buffer.alloc(2048, 7), 0, 2048, page * 4096)
  await handle.close()
  await writeFile(inDirectory('letter.txt'), 'Dear Ada, '.repeat(1000))
  for (const name of ['damaged.backup', 'letter.txt'])
    expect(await latchkey('restore', '--yes', name)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        isPostgres
          ? /error: Nothing was changed: pg_restore failed \(\w+\):.*\n$/
          : new RegExp(`error: Nothing was changed: .*${name} is damaged, or no database of`),
      ),
    })
  expect(await beside()).toEqual(known)
  await start()
  await server.signIn(BOB)
})

if (!isPostgres)
  test('14.2.7 a file gives back the space of what was deleted from it, and keeps a little for new rows', async () => {
    const size = async () => (await stat(sqliteFile())).size
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
  describe('on PostgreSQL', () => {
    const role = `latchkey_test_${randomBytes(4).toString('hex')}`
    const PASSWORD = 'not: a/simple@one'
    function urlAs(user: string) {
      const url = new URL(database.url)
      url.username = user
      url.password = encodeURIComponent(PASSWORD)
      return url.href
    }
    beforeAll(() => asSuperuser(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_read_all_data`))
    afterAll(async () => {
      for (const name of await databasesBeside()) await asSuperuser(`DROP DATABASE "${name}"`)
      await asSuperuser(`REASSIGN OWNED BY ${role} TO postgres; DROP OWNED BY ${role}`, database.url)
      await asSuperuser(`DROP ROLE ${role}`)
    })

    /** A pg_dump of its own, first in PATH. */
    async function pgDump(lines: string) {
      const bin = await mkdtemp(path.join(directory, 'bin-'))
      await writeFile(path.join(bin, 'pg_dump'), `#!/bin/sh\n${lines}\n`)
      await chmod(path.join(bin, 'pg_dump'), 0o755)
      return { PATH: `${bin}:${process.env.PATH}` }
    }

    test('a role that may not create databases is told what to run, and so is one that may not rename this one', async () => {
      const settings = { DATABASE_URL: urlAs(role) }
      await stop()
      expect(await latchkeyWith(settings, 'restore', '--yes', 'two.backup')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`As a superuser, run: ALTER ROLE "${role}" CREATEDB\n`),
      })
      await asSuperuser(`ALTER ROLE ${role} CREATEDB`)
      const { stderr } = await latchkeyWith(settings, 'restore', '--yes', 'two.backup')
      const [, statements = ''] = /may not rename.*As a superuser, run: (ALTER DATABASE .*)\n$/.exec(stderr) ?? []
      for (const statement of statements.split('; ')) await asSuperuser(statement)
      await start()
      expect(await server.rows(`SELECT 1 FROM "AuditEvents" WHERE "event" = 'sys_database_restored'`)).toHaveLength(1)
    })

    test('a pg_dump that is older than the server, or missing, is refused in one sentence', async () => {
      const old = await pgDump('echo "pg_dump (PostgreSQL) 9.6.24"')
      expect(await latchkeyWith(old, 'backup', 'x')).toEqual(
        refusal('pg_dump 9 cannot back up PostgreSQL \\d\\d\\. Install'),
      )
      expect(await latchkeyWith({ PATH: '/nowhere' }, 'backup', 'x')).toEqual(refusal('pg_dump cannot be started'))
      expect(await readdir(directory)).not.toContain('x')
    })

    test('13.3.2 pg_dump gets the password, but not as an argument, and no secret of the server', async () => {
      const seen = inDirectory('seen')
      const real = path.join('/usr/bin', 'pg_dump')
      const spy = await pgDump(`(echo "$@"; env) >> ${seen}\nexec ${real} "$@"`)
      const secrets = { SESSION_SECRET: `${OTHER_KEY}-1`, ENCRYPTION_KEYS: `${OTHER_KEY}-2` }
      const finished = await latchkeyWith({ ...spy, ...secrets, DATABASE_URL: urlAs(role) }, 'backup', 'spied.backup')
      expect(finished).toMatchObject({ code: 0 })
      const lines = (await readFile(seen, 'utf8')).split('\n')
      expect(lines.filter(line => line.includes(PASSWORD) || line.includes(encodeURIComponent(PASSWORD)))).toEqual([
        `PGPASSWORD=${PASSWORD}`,
      ])
      expect(lines.filter(line => line.includes(OTHER_KEY))).toEqual([])
    })
  })
