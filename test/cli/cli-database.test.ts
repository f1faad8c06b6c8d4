import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal } from '../support/cli-process.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { ADA, BOB, startServer } from '../support/harness.ts'

const BASE_URL = 'http://login.example.org:8080'
const SESSION_SECRET = 'known-before-the-first-start-0123456789'

let database: TestDatabase
let cli: ReturnType<typeof cliHere>
let names: string[]
beforeAll(async () => {
  database = await createEmptyDatabase()
  cli = cliHere({ DATABASE_URL: database.url, SESSION_SECRET, BASE_URL })
  const files = await readdir(`${import.meta.dirname}/../../migrations`)
  names = files.map(file => file.replace(/\.ts$/, '')).sort()
})
afterAll(() => database.drop())

test('migrations are applied, reverted when it is confirmed, and looked at without change', async () => {
  const up = await cli.run(['-v', 'migrate', 'up'])
  expect(up.stdout).toBe(names.map(name => `applied ${name}\n`).join(''))
  expect(up.stderr).toContain('migration')

  const [unconfirmed, unknown] = await Promise.all([
    cli.run(['migrate', 'down'], 'yes\n'),
    cli.run(['migrate', 'down', '--yes', '--to', 'nothing']),
  ])
  expect(unconfirmed).toEqual(refusal('add --yes'))
  expect(unknown).toEqual(refusal('nothing is not applied'))

  const newest = names.at(-1)
  const one = { code: 0, stdout: `reverted ${newest}\n`, stderr: '' }
  expect(await cli.run(['migrate', 'down', '--yes'])).toEqual(one)
  const { stdout } = await cli.run(['migrate', 'status'])
  const states = names.map(name => [name, name === newest ? 'pending' : 'applied'])
  expect(stdout.split('\n').map(row => row.split(/ {2,}/))).toEqual([['MIGRATION', 'STATE'], ...states, ['']])

  const rest = names.slice(0, -1).reverse()
  const all = { code: 0, stdout: rest.map(name => `reverted ${name}\n`).join(''), stderr: '' }
  expect(await cli.run(['migrate', 'down', '--yes', '--to', names[0] ?? ''])).toEqual(all)
})

test('links printed before the first start open what they are for, and none is printed that would open nothing', async () => {
  const withRegistration = (REGISTRATION: string) =>
    cliHere({ DATABASE_URL: database.url, SESSION_SECRET, BASE_URL, REGISTRATION })
  const setupLink = await cli.run(['setup-link'])
  const [invitation, closed] = await Promise.all([
    withRegistration('invite').run(['invite', BOB.email]),
    withRegistration('closed').run(['invite', BOB.email]),
  ])
  expect(setupLink.stdout).toMatch(/^http:\/\/login\.example\.org:8080\/setup#[\w-]{43}\n$/)
  expect(invitation.stdout).toMatch(/^http:\/\/login\.example\.org:8080\/register#[\w-]{43}\n$/)
  expect(closed).toEqual(refusal('REGISTRATION is closed'))

  const server = await startServer({ REGISTRATION: 'invite' }, database)
  const send = (path: string, body: object) => server.agent().post(path).send(body)
  await send('/auth/setup', { ...ADA, token: secretIn(setupLink.stdout) }).expect(201)
  const { body } = await send('/auth/login', { email: ADA.email, password: ADA.password }).expect(200)
  expect(body.user.roles).toEqual(['admin'])
  const carl = { ...BOB, email: 'carl@example.org' }
  await send('/auth/register', { ...carl, invitation: secretIn(invitation.stdout) }).expect(403)
  await send('/auth/register', { ...BOB, invitation: secretIn(invitation.stdout) }).expect(201)
  await server.stop()

  const useless = await Promise.all([cli.run(['setup-link']), cli.run(['invite', BOB.email])])
  expect(useless).toEqual([refusal('There is an administrator'), refusal('has an account already')])
})

test('what a newer version applied is shown, and nothing is reverted from under it', async () => {
  const server = await startServer({}, database)
  await server.deps.database.sequelize.query(`INSERT INTO "Migrations" ("name") VALUES ('29990101000000-newer')`)
  await server.stop()
  const [status, down] = await Promise.all([cli.run(['migrate', 'status']), cli.run(['migrate', 'down', '--yes'])])
  expect(status.stdout).toMatch(/29990101000000-newer +applied, of another version\n/)
  expect(down).toEqual(refusal('Another version applied 29990101000000-newer'))
})

const secretIn = (link: string) => link.trim().split('#')[1]
