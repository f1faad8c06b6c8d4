import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Session } from '../../models/session.ts'
import { writeKeys } from '../../src/cli/secret-file.ts'
import { secretId } from '../../src/sessions/cookie.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal } from '../support/cli-process.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'

const OLD = 'the-older-secret-0123456789-abcdefghijkl'
const NEW = 'the-newer-secret-0123456789-abcdefghijkl'
const LINES = [
  '# SESSION_SECRET=commented-out',
  'SITE_NAME="A # site"\r',
  'SESSION_SECRET=overridden',
  '',
  '# the end',
  '',
]
const envText = (secrets: string) => LINES.toSpliced(4, 0, `export SESSION_SECRET='${secrets}' # keep`).join('\n')

let directory: string
let file: string
let server: TestServer
let cli: ReturnType<typeof cliHere>
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-secrets-'))
  file = path.join(directory, '.env.test')
  await writeFile(file, envText(OLD))
  await chmod(file, 0o600)
  server = await startServer({ SESSION_SECRET: OLD })
  await server.register(ADA)
  cli = cliHere({ DATABASE_URL: server.env.DATABASE_URL }, directory)
})
afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

test('a rotation puts a random secret first, keeps the others, and leaves the rest of the file as it was', async () => {
  const before = await stat(file)
  const { code, stdout } = await cli.run(['secrets', 'rotate'])
  expect(code).toBe(0)
  expect(stdout).toContain('Restart the server')
  const text = await readFile(file, 'utf8')
  const [, fresh = ''] = /'([\w-]{43}),/.exec(text) ?? []
  expect(text).toBe(envText(`${fresh},${OLD}`))
  expect(stdout).not.toContain(fresh)
  const after = await stat(file)
  expect(after.mode & 0o777).toBe(0o600)
  // Replaced as a whole, never written in place, so that no reader and no crash meets half of it.
  expect(after.ino).not.toBe(before.ino)
  expect(await readdir(directory)).toEqual(['.env.test'])
})

test('a secret is retired when no live session needs it, or when told to; the status counts them without telling secrets', async () => {
  await writeFile(file, envText(`${NEW},${OLD}`))
  await server.signIn(ADA)
  await server.signIn(ADA)
  const [stray] = await Session.findAll()
  await stray?.update({ secretId: secretId('a secret that nobody has any more') })

  const [status, early] = await Promise.all([cli.run(['secrets', 'status']), cli.run(['secrets', 'retire'])])
  const cells = status.stdout
    .trimEnd()
    .split('\n')
    .map(line => line.split(/ {2,}/))
  expect(cells).toEqual([
    ['SECRET', 'USE', 'LIVE SESSIONS'],
    [secretId(NEW), 'signs', '0'],
    [secretId(OLD), 'verifies', '1'],
    [stray?.secretId, 'not in SESSION_SECRET', '1'],
  ])
  expect(early).toEqual(refusal('Sessions that would end: 1.'))
  expect(await readFile(file, 'utf8')).toBe(envText(`${NEW},${OLD}`))

  expect(await cli.run(['secrets', 'retire', '--force'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`removed ${secretId(OLD)}. Restart`),
  })
  expect(await readFile(file, 'utf8')).toBe(envText(NEW))
  expect(await cli.run(['secrets', 'retire'])).toEqual(refusal('only one key'))
})

test('a secret of the environment is not changed in the file: the command says what to set instead', async () => {
  await writeFile(file, envText(`${NEW},${OLD}`))
  const fromEnvironment = cliHere({ DATABASE_URL: server.env.DATABASE_URL, SESSION_SECRET: `${OLD},${NEW}` }, directory)
  const [rotate, retire] = await Promise.all([
    fromEnvironment.run(['secrets', 'rotate']),
    fromEnvironment.run(['secrets', 'retire']),
  ])
  expect(rotate).toEqual(refusal('comes from the environment'))
  expect(rotate.stderr).toMatch(/set it there to [\w-]{43},/)
  expect(retire).toEqual(refusal('take the last 1 of its entries away on every node'))
  expect(await readFile(file, 'utf8')).toBe(envText(`${NEW},${OLD}`))
})

test.each([
  ['is another one by now', envText(NEW), 'was changed meanwhile'],
  [
    'stands before a longer text that has its name',
    `SESSION_SECRET=${OLD}\nNOTE="\nSESSION_SECRET=x\n"\n`,
    'unusual form',
  ],
])('a list of secrets that %s is left alone', async (_case, text, words) => {
  await writeFile(file, text)
  await expect(writeKeys(file, 'SESSION_SECRET', [OLD], [NEW, OLD])).rejects.toThrow(words)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('a file that another command is writing is left alone, and a link to a file stays one', async () => {
  const link = path.join(directory, 'link')
  await writeFile(file, envText(OLD))
  await symlink(file, link)
  await writeFile(`${link}.lock`, '')
  await expect(writeKeys(link, 'SESSION_SECRET', [OLD], [NEW])).rejects.toThrow('is held by another')
  expect(await readFile(file, 'utf8')).toBe(envText(OLD))

  await rm(`${link}.lock`)
  await writeKeys(link, 'SESSION_SECRET', [OLD], [NEW])
  expect(await readFile(file, 'utf8')).toBe(envText(NEW))
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
})
