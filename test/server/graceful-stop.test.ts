import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { type ChildServer, startChild } from '../support/child-server.ts'
import { createDatabase, type TestDatabase } from '../support/harness.ts'
import { head } from '../support/raw-http.ts'

let database: TestDatabase
let server: ChildServer
async function start(settings: Record<string, string>) {
  database = await createDatabase()
  server = await startChild({ DATABASE_URL: database.url, ...settings })
  await server.printed(/first administrator/)
}
afterEach(async () => {
  await server.close()
  await database.drop()
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
type Answer = { status: number | undefined; body: string }

/**
 * A request that the server is known to have begun: it has asked for the body.
 * @returns its answer, to come
 */
function beginRequest() {
  return new Promise<{ answer: Promise<Answer> }>((resolve, reject) => {
    const body = JSON.stringify({ email: 'nobody@example.org', password: 'wrong' })
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Expect: '100-continue' }
    const sent = request(`${server.url}/auth/login`, { method: 'POST', headers, agent: false }).on('error', reject)
    const answer = new Promise<Answer>(answered =>
      sent.on('response', async response => answered({ status: response.statusCode, body: await text(response) })),
    )
    sent.on('continue', () => {
      sent.end(body)
      resolve({ answer })
    })
    sent.flushHeaders()
  })
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is in flight is answered, nothing new is taken, exit code 0',
  async signal => {
    await start({ BCRYPT_COST: '12' })
    const idle = connect(server.port, '127.0.0.1')
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const { answer } = await beginRequest()
    server.child.kill(signal)
    await server.printed(/finishing/)
    server.child.kill(signal)
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
    expect(await answer).toEqual({ status: 401, body: expect.stringContaining('invalid_credentials') })
    expect(await server.exited).toBe(0)
    expect(server.output.stdout).toMatch(/"message":"stopped"/)
    expect(server.output.stderr).toBe('')
    idle.destroy()
  },
)

/** A client with one connection that it keeps, which sends the next request as soon as the last is answered. */
function keepAliveClient(url: string, paths: string[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const outcomes: { status: number | undefined; closes: boolean }[] = []
  const ask = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(`${url}${path}`, { agent }, response => {
        const closes = response.headers.connection === 'close'
        response.resume().once('end', () => {
          outcomes.push({ status: response.statusCode, closes })
          resolve()
        })
      })
      sent.once('error', reject).end()
    })
  async function run(goesOn: () => boolean) {
    for (let at = 0; goesOn(); at++) await ask(paths[at % paths.length] ?? '/healthz')
    agent.destroy()
  }
  return { run, outcomes }
}

test('13.1.2 a stop under load: 30 keep-alive clients lose no request, every answer closes its connection, exit code 0', async () => {
  await start({ NODE_ENV: 'production', BASE_URL: 'http://localhost:3000', SHUTDOWN_DELAY: '2s' })
  const clients = Array.from({ length: 30 }, () =>
    keepAliveClient(server.url, ['/auth/session', '/healthz', '/sign-in']),
  )
  let isTold = false
  const running = Promise.all(clients.map(({ run }) => run(() => !isTold)))
  await pause(300)
  server.child.kill('SIGTERM')
  await server.printed(/finishing/)
  const before = clients.map(({ outcomes }) => outcomes.length)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
  await pause(500)
  // As a proxy in front does, once it has seen /readyz.
  isTold = true
  await running
  for (const [at, { outcomes }] of clients.entries()) {
    expect(new Set(outcomes.map(({ status }) => status))).not.toContain(undefined)
    const after = outcomes.slice((before[at] ?? 0) + 1)
    expect(after.length).toBeGreaterThan(0)
    expect(after.every(({ closes }) => closes)).toBe(true)
  }
  expect(await server.exited).toBe(0)
})

test('a stop does not wait for connections on which nothing is asked', async () => {
  await start({})
  const idle = connect(server.port, '127.0.0.1')
  idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  idle.resume()
  await once(idle, 'data')
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
})

test('a log reader that goes away ends nothing: requests are answered, and a stop exits with 0', async () => {
  await start({ LOG_LEVEL: 'http' })
  server.child.stdout.destroy()
  for (let at = 0; at < 20; at++) expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(server.output.stderr).toContain('nobody reads standard output')
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
})

test.runIf(process.platform !== 'win32')(
  'a SIGTERM to npm, which passes it on to nobody, stops what npm start runs',
  async () => {
    database = await createDatabase()
    // What npm does: a shell that runs node and does not replace itself.
    const shell = ['sh', '-c', `"${process.execPath}" "$0"; exit`]
    server = await startChild({ DATABASE_URL: database.url, npm_lifecycle_event: 'start' }, undefined, shell)
    await server.printed(/first administrator/)
    server.child.kill('SIGKILL')
    await server.printed(/npm was stopped/)
    await server.printed(/"stopped"/)
  },
)

test('a request that never ends holds the stop up for no longer than SHUTDOWN_TIMEOUT', async () => {
  await start({ SHUTDOWN_TIMEOUT: '500ms' })
  const endless = connect(server.port, '127.0.0.1')
  endless.on('error', () => {})
  endless.write(head('POST', '/auth/login', 'Content-Type: application/json', 'Content-Length: 100'))
  await pause(150)
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(1)
  expect(server.output.stdout).toContain('SHUTDOWN_TIMEOUT')
  endless.destroy()
})
