import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { type Fork, makeFork } from '../support/fork.ts'
import { ADA, BOB, PASSWORD } from '../support/harness.ts'

let fork: Fork
let database: TestDatabase
let server: ChildServer
let admin: Caller
beforeAll(async () => {
  fork = await makeFork()
  database = await createEmptyDatabase()
  await cli(['user', 'create', '--email', ADA.email, '--name', ADA.name, '--role', 'admin'], PASSWORD)
  server = await startChild({ DATABASE_URL: database.url }, path.join(fork.directory, 'src/main.js'))
  await server.printed(/listens? on|Listening on/i)
  admin = await signedIn(ADA)
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await fork?.remove()
})

const SECRETS = {
  SESSION_SECRET: 'Kq3vT9xW2mB7nR5cY8zL4pF6hJ1dG0sAeUiO',
  ENCRYPTION_KEYS: 'x8Wq2LmZ4rT7vB1nK6pJ9sD3fG5hY0cAeUiO',
}

async function cli(args: string[], input = '') {
  const env = { PATH: process.env.PATH, ...SECRETS, BCRYPT_COST: '10', DATABASE_URL: database.url }
  const running = promisify(execFile)(process.execPath, ['src/cli.ts', ...args], {
    cwd: fork.directory,
    env,
    maxBuffer: 10_000_000,
  })
  running.child.stdin?.end(`${input}\n`)
  return (await running).stdout
}

type Caller = Awaited<ReturnType<typeof signedIn>>

/** Signs in and calls /api with an access token. */
async function signedIn({ email, password }: { email: string; password: string }) {
  const json = { 'Content-Type': 'application/json' }
  const login = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email, password }),
  })
  const cookie = login.headers
    .getSetCookie()
    .map(line => line.split(';', 1)[0])
    .join('; ')
  const issued = await fetch(`${server.url}/auth/token`, { method: 'POST', headers: { ...json, Cookie: cookie } })
  const { access_token: token } = (await issued.json()) as { access_token: string }
  return async (method: string, at: string, body?: object) => {
    const answer = await fetch(`${server.url}/api/v1${at}`, {
      method,
      headers: { ...json, Authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : undefined }
  }
}

test('the guide is a table, two routes, two permissions and their place in the matrix', () => {
  expect(fork.blocks.map(({ file }) => file)).toEqual([
    'models/widget.ts',
    'migrations/20270101000001-widgets.ts',
    'routes/api/v1/widgets.ts',
    'extensions.ts',
    'test/support/authorisation-matrix.ts',
    'test/support/authorisation-matrix.ts',
  ])
})

test('the router that docs/extending.md adds parses, answers, and serves an administrator from the first start on', async () => {
  expect(await admin('POST', '/widgets', { name: 'sprocket' })).toEqual({
    status: 201,
    body: { id: expect.any(Number), name: 'sprocket' },
  })
  expect(await admin('GET', '/widgets')).toMatchObject({ status: 200, body: [{ name: 'sprocket' }] })
  const refused = await admin('POST', '/widgets', { nam: 'x' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['#/nam', '#/name'])
})

test('it is closed to users without its permissions, which a role can grant', async () => {
  await cli(['user', 'create', '--email', BOB.email, '--name', BOB.name], BOB.password)
  expect(await (await signedIn(BOB))('GET', '/widgets')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  const role = { name: 'widgeteer', description: 'Sees widgets', permissions: ['widgets:read'] }
  expect(await admin('POST', '/roles', role)).toMatchObject({ status: 201 })
  await cli(['user', 'grant', BOB.email, 'widgeteer'])
  const widgeteer = await signedIn(BOB)
  expect(await widgeteer('GET', '/widgets')).toMatchObject({ status: 200 })
  expect(await widgeteer('POST', '/widgets', { name: 'x' })).toMatchObject({ status: 403 })
})

test('it is in the document that clients are generated from', async () => {
  const document = JSON.parse(await cli(['openapi']))
  expect(Object.keys(document.paths['/api/v1/widgets'])).toEqual(['get', 'post'])
})
