import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ChildServer, freePort, startChild } from '../support/child-server.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { ADA } from '../support/harness.ts'

let database: TestDatabase
let server: ChildServer | undefined
beforeEach(async () => {
  database = await createEmptyDatabase()
})
afterEach(async () => {
  await server?.close()
  await database.drop()
})

async function start(settings: Record<string, string | undefined>) {
  server = await startChild({ DATABASE_URL: database.url, ...settings })
  return server
}

/** Starts what must not start. @returns the lines that it leaves, one per fault */
async function faultsOf(settings: Record<string, string | undefined>) {
  const { exited, output } = await start(settings)
  expect(await exited).toBe(1)
  return output.stderr.trimEnd().split('\n')
}

const PRODUCTION = { NODE_ENV: 'production', BASE_URL: 'https://login.example.org', TRUST_PROXY: '1' }

describe('a first start', () => {
  test('needs no settings: it makes a private .env and database, migrates, and prints where it is and the set-up link', async () => {
    const settings = { SESSION_SECRET: undefined, NODE_ENV: undefined, DATABASE_URL: 'sqlite:data/latchkey.sqlite' }
    const { printed, output, url, port, directory } = await start({ ...settings, LOG_FORMAT: undefined })
    await printed(new RegExp(`Latchkey \\d+\\.\\d+\\.\\d+ \\(development\\)\n\n  Address +http://localhost:${port}\n`))
    await printed(new RegExp(`  API docs +http://localhost:${port}/docs\n`))
    await printed(
      / Database +data\/latchkey\.sqlite\n +Mails +data\/outbox\n +Settings +\.env \(random secrets written\)\n/,
    )
    await printed(/Database ready: \d+ migrations applied\n/)
    const [, token] = await printed(
      /first administrator \(the link works once, for 1 hour\):\n\n {4}http:\/\/localhost:\d+\/setup#([\w-]{43})\n/,
    )
    // A person looks for the link, so it comes last, and little before it.
    expect(output.stdout.trimEnd().split('\n').at(-1)).toContain(token)
    expect(output.stdout.split('\n').length).toBeLessThan(20)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no colors in a pipe
    expect(output.stdout).not.toMatch(/\u001b/)
    for (const file of ['.env', 'data/latchkey.sqlite'])
      expect((await stat(path.join(directory, file))).mode & 0o777).toBe(0o600)
    expect(await readFile(path.join(directory, '.env'), 'utf8')).toMatch(/^SESSION_SECRET=[\w-]{43}$/m)

    const setUp = () =>
      fetch(`${url}/auth/setup`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...ADA, token }),
      })
    expect((await setUp()).status).toBe(201)
    expect((await setUp()).status).toBe(409)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })
})

test('13.4.2 development under a public address, also with the bypass, does not start', async () => {
  const lines = await faultsOf({ BASE_URL: 'https://login.example.org', TRUST_PROXY: '1', BYPASS_AUTH: 'true' })
  expect(lines).toEqual([
    expect.stringMatching(/^error: NODE_ENV is development, but BASE_URL .*write NODE_ENV=production/),
    expect.stringMatching(/^error: BYPASS_AUTH .* write false$/),
  ])
})

describe('production', () => {
  test('starts with an https BASE_URL, its proxy and a secret; its documents are hidden', async () => {
    const { printed, url } = await start(PRODUCTION)
    await printed(/Listening on 127\.0\.0\.1:\d+, reached at https:\/\/login\.example\.org /)
    expect((await fetch(`${url}/docs`)).status).toBe(404)
    expect((await fetch(`${url}/auth/bypass?token=ada`, { headers: { 'X-Forwarded-Proto': 'https' } })).status).toBe(
      401,
    )
  })

  test.each([
    ['BYPASS_AUTH', { BYPASS_AUTH: 'true' }, /^error: BYPASS_AUTH .*refused in production/],
    ['an http BASE_URL', { BASE_URL: 'http://login.example.org' }, /^error: BASE_URL is http, .*write https:/],
    ['https without a proxy', { TRUST_PROXY: undefined }, /^error: TRUST_PROXY is not set/],
    [
      'no secret',
      { SESSION_SECRET: undefined },
      /^error: Cookie session secret not set! Set a SESSION_SECRET environment variable\.$/,
    ],
    [
      'a stock secret',
      { SESSION_SECRET: 'keyboard cat keyboard cat keyboard cat' },
      /^error: SESSION_SECRET entry 1 is a known default/,
    ],
    [
      'the tests’ secret',
      { SESSION_SECRET: 'only-for-tests-only-for-tests-only-for-tests' },
      /^error: SESSION_SECRET is the public one/,
    ],
    ['a cheap hash', { BCRYPT_COST: '4' }, /^error: BCRYPT_COST 4 is too cheap/],
    ['trust in every proxy', { TRUST_PROXY: 'true' }, /^error: TRUST_PROXY "true" lets every client/],
  ])('13.2.3 13.4.2 refuses %s in one line that says what to change', async (_title, settings, line) => {
    const lines = await faultsOf({ ...PRODUCTION, ...settings })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(line)
  })

  test('names all faults at once, and no secret in them', async () => {
    const lines = await faultsOf({
      ...PRODUCTION,
      PORT: '99999',
      SESSION_SECRET: 'hunter2',
      SESSION_IDLE: '24',
      BYPASS_AUTH: 'true',
    })
    expect(lines.map(line => line.split(' ')[1]).sort()).toEqual([
      'BYPASS_AUTH',
      'PORT',
      'SESSION_IDLE',
      'SESSION_SECRET',
    ])
    expect(lines.join()).not.toContain('hunter2')
  })
})

describe('what the machine does not give is one line, without a stack', () => {
  test('a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    expect(await faultsOf({ PORT: port })).toEqual([
      `error: Port ${port} on 127.0.0.1 is taken. Stop the program that uses it, or set PORT to another number.`,
    ])
    holder.close()
  })

  test('an address that is not ours', async () => {
    const [line, ...more] = await faultsOf({ HOST: '203.0.113.1' })
    expect(line).toMatch(/^error: HOST 203\.0\.113\.1 is not an address of this machine/)
    expect(more).toEqual([])
  })

  test('a database that is a directory, or no database', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-start-'))
    const garbage = path.join(directory, 'garbage.sqlite')
    await writeFile(garbage, 'this is no database, and long enough to be told from an empty one '.repeat(20))
    for (const file of [directory, garbage, '/dev/null/latchkey.sqlite']) {
      const [line, ...more] = await faultsOf({ DATABASE_URL: `sqlite:${file}` })
      expect(line).toMatch(/^error: The database .* cannot be opened \(.+\)\. Make it readable and writable/)
      expect(more).toEqual([])
      await server?.close()
    }
    await rm(directory, { recursive: true })
  })

  test('a PostgreSQL that does not answer, with its password left out', async () => {
    const [line, ...more] = await faultsOf({
      DATABASE_URL: `postgres://ada:hunter2@127.0.0.1:${await freePort()}/latchkey`,
    })
    expect(line).toMatch(/^error: The PostgreSQL server of DATABASE_URL does not answer \(.*ECONNREFUSED.*\)/)
    expect(line).not.toContain('hunter2')
    expect(more).toEqual([])
  })
})
