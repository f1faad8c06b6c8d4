import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import supertest from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { MAX_UNANSWERED } from '../../src/http/listen.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { head, sendRaw } from '../support/raw-http.ts'

const JSON_BODY = 'Content-Type: application/json'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ CONNECTIONS_PER_ADDRESS: '20', LOG_LEVEL: 'error' })
  await server.register()
})
afterAll(() => server.close())

const sockets: Socket[] = []
afterEach(async () => {
  await Promise.all(sockets.splice(0).map(socket => closed(socket.destroy())))
})
function open(port = server.port) {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  sockets.push(socket)
  return socket
}
function closed(socket: Socket) {
  return new Promise<void>(resolve => (socket.closed ? resolve() : socket.resume().once('close', resolve)))
}

describe('a body over its limit is cut, not read to its end', () => {
  test('2.4.1 a declared length is answered 413 before a byte of the body is sent, and the connection closed', async () => {
    const answer = await sendRaw(server.port, head('POST', '/auth/login', JSON_BODY, 'Content-Length: 32769'))
    expectProblem(answer, 413, 'payload_too_large')
    expect(answer.headers.connection).toBe('close')
  })

  test.each([
    ['a route that reads a body', '/auth/login'],
    ['a route that takes none', '/auth/logout'],
    ['a path that nothing answers', '/nothing'],
  ])('2.4.1 chunks without end are cut on %s', async (_title, path) => {
    const socket = open()
    let sent = 0
    const chunk = `8000\r\n${'['.repeat(0x80_00)}\r\n`
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${JSON_BODY}\r\nTransfer-Encoding: chunked\r\n\r\n`)
    const flood = setInterval(() => {
      sent += chunk.length
      socket.write(chunk)
    }, 1)
    const first = await new Promise(resolve => socket.once('data', resolve))
    await closed(socket)
    clearInterval(flood)
    expect(String(first)).toMatch(/^HTTP\/1\.1 4\d\d .*\r\nConnection: close\r\n/s)
    expect(sent).toBeLessThan(20_000_000)
  })

  test('a body of exactly the limit is read, in one piece or in chunks', async () => {
    const body = JSON.stringify({ email: 'a', password: '' }).replace('""', () => `"${'x'.repeat(32_768 - 27)}"`)
    expect(body.length).toBe(32_768)
    const whole = head('POST', '/auth/login', JSON_BODY, `Content-Length: ${body.length}`) + body
    expectProblem(await sendRaw(server.port, whole), 422, 'validation_failed')
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const chunked = head('POST', '/auth/login', JSON_BODY, 'Transfer-Encoding: chunked') + chunks
    expectProblem(await sendRaw(server.port, chunked), 422, 'validation_failed')
  })
})

describe('one client does not take the server from the others', () => {
  test('2.4.1 a connection with more unanswered requests than a browser ever has is closed', async () => {
    const request = 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const socket = open()
    socket.write(request.repeat(400))
    await closed(socket)
    await supertest(server.url).get('/healthz').expect(200)
  })

  test('requests that are sent at once are answered in order, as many as a connection may have', async () => {
    const paths = Array.from({ length: MAX_UNANSWERED }, (_, at) => (at % 2 ? '/healthz' : '/nothing'))
    const last = paths.length - 1
    const requests = paths.map((path, at) =>
      at === last ? head('GET', path) : `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    )
    const socket = open()
    let text = ''
    socket.on('data', chunk => (text += chunk)).write(requests.join(''))
    await closed(socket)
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)
    expect(statuses).toEqual(paths.map(path => (path === '/healthz' ? '200' : '404')))
  })

  test('13.1.2 one address has at most CONNECTIONS_PER_ADDRESS connections, and gets new ones when it closes some', async () => {
    const many = Array.from({ length: 20 }, () => open())
    await Promise.all(many.map(socket => once(socket, 'connect')))
    await closed(open())
    many[0]?.destroy()
    await expect
      .poll(() =>
        supertest(server.url)
          .get('/healthz')
          .then(
            ({ status }) => status,
            () => 0,
          ),
      )
      .toBe(200)
  })

  test('a trusted proxy, which all clients share, may have more', async () => {
    const behind = await startServer({ CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: 'loopback' }, server.database)
    const many = Array.from({ length: 30 }, () => open(behind.port))
    await Promise.all(many.map(socket => once(socket, 'connect')))
    await supertest(behind.url).post('/auth/login').send({ email: ADA.email, password: ADA.password }).expect(200)
    expect(many.every(socket => !socket.closed)).toBe(true)
    await behind.stop()
  })
})
