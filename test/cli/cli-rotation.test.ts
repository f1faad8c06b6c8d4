import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { endSessions } from '../../models/session.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { seconds } from '../../src/durations.ts'
import { createSealer, encryptionKeyId } from '../../src/encryption/sealer.ts'
import type { Job } from '../../src/jobs.ts'
import { startNodeReport } from '../../src/nodes/report-node.ts'
import { runningNodes } from '../../src/nodes/running-nodes.ts'
import { secretId } from '../../src/sessions/cookie.ts'
import { cliHere } from '../support/cli-in-process.ts'
import { refusal } from '../support/cli-process.ts'
import { ADA, createDatabase, startServer, type TestDatabase, type TestServer } from '../support/harness.ts'

const SECRET = 'the-first-secret-0123456789-abcdefghijkl'
const KEY = 'the-first-key-9876543210-lkjihgfedcba-xyz'

type Node = { server: TestServer; report: Job }
const PORTS = { first: 4001, second: 4002 }

let directory: string
let file: string
let database: TestDatabase
const nodes = new Map<keyof typeof PORTS, Node>()

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'latchkey-rotation-'))
  file = path.join(directory, '.env.test')
  await writeFile(file, `SESSION_SECRET=${SECRET}\nENCRYPTION_KEYS=${KEY}\n`, { mode: 0o600 })
  database = await createDatabase()
  for (const name of ['first', 'second'] as const) await restart(name)
  await nodes.get('first')?.server.register(ADA)
})
afterAll(async () => {
  for (const { server, report } of nodes.values()) {
    await report.stop()
    await server.stop()
  }
  await database.drop()
  await rm(directory, { recursive: true })
})

/** Stopped servers stay open until the end: the models of this process work on the connection that was opened last. */
async function restart(name: keyof typeof PORTS) {
  await nodes.get(name)?.report.stop()
  const lists = await listsInFile()
  const server = await startServer(
    { SESSION_SECRET: lists.secrets.join(','), ENCRYPTION_KEYS: lists.keys.join(',') },
    database,
  )
  const report = startNodeReport({ ...server.deps, env: { ...server.env, PORT: PORTS[name] } })
  await report.runOnce()
  nodes.set(name, { server, report })
  return server
}

async function listsInFile() {
  const [, secrets = '', keys = ''] =
    /SESSION_SECRET=(.*)\nENCRYPTION_KEYS=(.*)\n/.exec(await readFile(file, 'utf8')) ?? []
  return { secrets: secrets.split(','), keys: keys.split(',') }
}

function isSignedIn(name: keyof typeof PORTS, cookie: string) {
  return supertest(nodes.get(name)?.server.url ?? '')
    .get('/auth/session')
    .set('Cookie', cookie)
}
function latchkey(...args: string[]) {
  return cliHere({ DATABASE_URL: database.url, ENCRYPTION_KEYS: undefined }, directory).run(args)
}
const succeed = async (...args: string[]) => expect(await latchkey(...args)).toMatchObject({ code: 0 })

test('13.3.4 SESSION_SECRET is replaced on two nodes step by step, no step comes too early, and nobody is signed out', async () => {
  const { cookie } = (await nodes.get('first')?.server.signIn()) ?? { cookie: '' }
  expect(await latchkey('secrets', 'rotate')).toEqual(refusal('Several nodes are running.*:4001.*:4002.*Use --stage'))
  expect(await latchkey('secrets', 'rotate', '--promote')).toEqual(refusal('Nothing is staged'))

  await succeed('secrets', 'rotate', '--stage')
  const [, staged = ''] = (await listsInFile()).secrets
  expect((await listsInFile()).secrets).toEqual([SECRET, staged])
  expect(await latchkey('secrets', 'rotate', '--stage')).toEqual(refusal(`${secretId(staged)}.*is staged already`))

  await restart('first')
  const early = await latchkey('secrets', 'rotate', '--promote')
  expect(early).toEqual(refusal(`Nodes that do not hold ${secretId(staged)} yet: .*:4002`))
  expect(early.stderr).not.toContain(':4001')
  await restart('second')
  await succeed('secrets', 'rotate', '--promote')
  expect((await listsInFile()).secrets).toEqual([staged, SECRET])

  const promoted = await restart('first')
  const { cookie: fresh } = await promoted.signIn()
  for (const name of ['first', 'second'] as const)
    for (const each of [cookie, fresh]) await isSignedIn(name, each).expect(200)
  expect(await latchkey('secrets', 'rotate', '--promote')).toEqual(refusal(`${secretId(SECRET)}.*was in use before`))
  await endSessions({}, 'admin')
  expect(await latchkey('secrets', 'retire')).toEqual(refusal(`Nodes that do not use ${secretId(staged)} yet: .*:4002`))
  await restart('second')
  await succeed('secrets', 'retire')
  expect((await listsInFile()).secrets).toEqual([staged])
})

test('13.3.4 16.4.2 ENCRYPTION_KEYS is replaced on two nodes in the same steps, and the audit chain stays whole', async () => {
  expect(await latchkey('encryption', 'rotate')).toEqual(refusal('Several nodes are running'))
  await succeed('encryption', 'rotate', '--stage')
  const [, staged = ''] = (await listsInFile()).keys
  await restart('first')
  expect(await latchkey('encryption', 'rotate', '--promote')).toEqual(
    refusal(`do not hold ${encryptionKeyId(staged)} yet: .*:4002`),
  )
  await restart('second')
  await succeed('encryption', 'rotate', '--promote')
  expect((await listsInFile()).keys).toEqual([staged, KEY])

  const ahead = await restart('first')
  for (const server of [ahead, nodes.get('second')?.server]) await server?.signIn()
  expect(await latchkey('encryption', 'retire')).toEqual(refusal('Still sealed under it: \\d+'))
  expect((await latchkey('encryption', 'reseal')).stdout).toMatch(/^resealed: [1-9]/)
  await nodes.get('second')?.server.signIn()
  await restart('second')
  await succeed('encryption', 'reseal')
  expect(await latchkey('encryption', 'retire')).toEqual(refusal('Security events that only it verifies: \\d+'))
  expect((await verifyChain(createSealer([staged, KEY]))).count).toBeGreaterThan(3)
  await succeed('encryption', 'retire', '--force')
  expect((await listsInFile()).keys).toEqual([staged])
})

test('a node whose process was killed counts as gone after 90 seconds, one that stops at once', async () => {
  const count = async () => (await runningNodes()).length
  expect(await count()).toBe(2)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds(91) })
  expect(await count()).toBe(0)
  vi.useRealTimers()
  await nodes.get('first')?.report.stop()
  expect(await count()).toBe(1)
})

test('a key that another node uses and this one lacks is logged once, by its id', async () => {
  const { server } = nodes.get('second') ?? {}
  if (!server) throw new Error('the second node runs')
  const logged = vi.spyOn(server.deps.logger, 'error').mockImplementation(() => server.deps.logger)
  const strange = { SESSION_SECRET: ['a-strange-secret-0123456789-abcdefghijkl'], PORT: 4003 }
  const report = startNodeReport({ ...server.deps, env: strange })
  await report.runOnce()
  await report.runOnce()
  await report.stop()
  const [signing] = server.env.SESSION_SECRET
  expect(logged.mock.calls).toEqual([
    [
      expect.stringContaining('SESSION_SECRET lacks'),
      { key: secretId(signing ?? ''), node: expect.stringContaining(':4002') },
    ],
  ])
})
