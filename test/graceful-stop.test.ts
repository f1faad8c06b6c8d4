import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { type ChildServer, startChild } from './child-server.ts'
import { createDatabase, type TestDatabase } from './harness.ts'
import { head } from './raw-http.ts'

let database: TestDatabase
let server: ChildServer
const start = async (settings: Record<string, string>) => {
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
const beginRequest = () =>
  new Promise<{ answer: Promise<Answer> }>((resolve, reject) => {
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
