import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { BREACH_TIMEOUT, breachLookups } from '../../src/passwords/breached.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { PASSWORD, startServer, type TestServer } from '../support/harness.ts'

const hashOf = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const line = (password: string, count: number) => `${hashOf(password).slice(5)}:${count}`
const OTHERS = [`${'0'.repeat(35)}:3`, `${'F'.repeat(35)}:0`]

/** A service that answers as the test of the moment tells it to. */
let answer: (req: IncomingMessage, res: ServerResponse) => void
const asked: IncomingMessage[] = []
const service = createServer((req, res) => {
  asked.push(req)
  answer(req, res)
})
const with200 = (text: string) => (_req: IncomingMessage, res: ServerResponse) => res.end(text)

let server: TestServer
beforeAll(async () => {
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve))
  const { port } = service.address() as AddressInfo
  server = await startServer({ BREACHED_PASSWORDS: 'hibp', HIBP_URL: `http://127.0.0.1:${port}` })
  server.deps.logger.silent = true
})
beforeEach(() => void asked.splice(0))
afterAll(async () => {
  await server.close()
  service.closeAllConnections()
  service.close()
})

let nextPerson = 1
function register(password = PASSWORD) {
  return supertest(server.url)
    .post('/auth/register')
    .send({ email: `breach${nextPerson++}@example.org`, name: 'Somebody', password })
}

describe('6.2.12 with BREACHED_PASSWORDS=hibp', () => {
  test('a password that the service knows is refused with the reason, and a way out', async () => {
    answer = with200([...OTHERS, line(PASSWORD, 7)].join('\r\n'))
    const { errors } = expectProblem(await register(), 422, 'validation_failed')
    expect(errors).toEqual([
      { pointer: '#/password', code: 'breached', detail: expect.stringMatching(/^Choose another/) },
    ])
  })

  test('one that it does not know, or that is mere padding, is accepted', async () => {
    answer = with200(OTHERS.join('\r\n'))
    await register().expect(201)
    answer = with200([...OTHERS, line(PASSWORD, 0)].join('\n'))
    await register().expect(201)
  })

  test('the service is sent five digits of the hash, asked for padding, and told nothing else', async () => {
    answer = with200(OTHERS.join('\r\n'))
    await register().expect(201)
    expect(asked).toHaveLength(1)
    const [{ url, method, headers }] = asked as [IncomingMessage]
    expect({ url, method }).toEqual({ url: `/range/${hashOf(PASSWORD).slice(0, 5)}`, method: 'GET' })
    expect(headers).toMatchObject({ 'add-padding': 'true' })
    expect(JSON.stringify(headers)).not.toContain('example.org')
  })

  test('a password in another composition is looked up in NFC', async () => {
    answer = with200([...OTHERS, line('seven caf\u00e9s at the harbour', 2)].join('\r\n'))
    expect((await register('seven cafe\u0301s at the harbour')).status).toBe(422)
  })

  test('what the offline rules refuse is never looked up, nor what is only judged', async () => {
    answer = with200(OTHERS.join('\r\n'))
    await register('password12345678').expect(422)
    await supertest(server.url).post('/auth/password-strength').send({ password: PASSWORD }).expect(200)
    expect(asked).toEqual([])
  })

  test.each<[string, typeof answer]>([
    ['answers 500', (_req, res) => res.writeHead(500).end('no')],
    ['answers 429', (_req, res) => res.writeHead(429).end()],
    ['answers garbage', with200('<html>Sign in to this network</html>')],
    ['answers nothing', with200('')],
    ['sends elsewhere', (_req, res) => res.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
    ['hangs up', req => req.destroy()],
    ['never ends', (_req, res) => void res.write(`${'0'.repeat(35)}:3\r\n`)],
    ['does not answer in time', () => {}],
  ])('where the service %s, the offline rules decide, and it is logged and counted', async (_title, way) => {
    answer = way
    const warned = vi.spyOn(server.deps.logger, 'warn')
    const before = breachLookups.failed
    const startedAt = performance.now()
    await register().expect(201)
    expect(performance.now() - startedAt).toBeLessThan(BREACH_TIMEOUT + 3000)
    expect(breachLookups.failed).toBe(before + 1)
    expect(warned).toHaveBeenCalledTimes(1)
    const said = JSON.stringify(warned.mock.calls)
    expect(said).not.toContain(PASSWORD)
    expect(said).not.toContain(hashOf(PASSWORD).slice(0, 5))
    await register('password12345678').expect(422)
  })
})

test('by default nothing is looked up anywhere', async () => {
  const quiet = await startServer({ HIBP_URL: server.env.HIBP_URL }, server.database)
  asked.splice(0)
  await supertest(quiet.url)
    .post('/auth/register')
    .send({ email: 'quiet@example.org', name: 'Quiet', password: PASSWORD })
    .expect(201)
  await quiet.stop()
  expect(asked).toEqual([])
})
