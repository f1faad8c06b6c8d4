import type { RequestListener, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { boundedFetch, ProviderUnavailable } from '../../src/federation/bounded-fetch.ts'
import { closeServers, serve } from '../support/plain-server.ts'

const LIMIT = 64 * 1024

afterEach(closeServers)

test('a response within the limits arrives with status, headers and body', async () => {
  const url = await serve((_, response) => response.writeHead(400, { 'x-test': 'yes' }).end('a'.repeat(LIMIT)))
  const response = await boundedFetch(url)
  expect([response.status, response.headers.get('x-test')]).toEqual([400, 'yes'])
  expect(await response.text()).toHaveLength(LIMIT)
})

test('a response without a body is passed on', async () => {
  const response = await boundedFetch(await serve((_, response) => response.writeHead(204).end()))
  expect([response.status, await response.text()]).toEqual([204, ''])
})

const REFUSED: [title: string, reason: string, listener: RequestListener][] = [
  ['of more than 64 kB', 'too large', (_, response) => response.end('a'.repeat(LIMIT + 1))],
  ['that never ends', 'too large', (_, response) => drip(response, 'a'.repeat(LIMIT))],
  [
    'that is small until decompressed',
    'too large',
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * LIMIT))),
  ],
  ['that redirects', 'redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['that is cut off', 'unreachable', (_, response) => response.write('a', () => response.destroy())],
  ['with an impossible status', 'unreachable', (_, response) => response.writeHead(999).end('a')],
]

test.each(REFUSED)('a response %s is refused: %s', async (_, reason, listener) => {
  const url = await serve(listener)
  await expect(boundedFetch(`${url}/secret?ticket=1`)).rejects.toMatchObject({ reason, message: `${url}: ${reason}` })
})

test('15.3.2 a redirect is not followed', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  await expect(boundedFetch(`${url}/first`)).rejects.toMatchObject({ reason: 'redirect' })
  expect(paths).toEqual(['/first'])
})

test('a server that is down is unreachable', async () => {
  const url = await serve(() => {})
  await closeServers()
  const refusal = boundedFetch(url)
  await expect(refusal).rejects.toBeInstanceOf(ProviderUnavailable)
  await expect(refusal).rejects.toMatchObject({ reason: 'unreachable' })
})

test('a response that is not complete after 5 seconds is refused, even if it goes on arriving', async () => {
  const url = await serve((_, response) => drip(response, 'a'))
  const start = performance.now()
  await expect(boundedFetch(url)).rejects.toMatchObject({ reason: 'timeout' })
  expect(performance.now() - start).toBeGreaterThan(4900)
})

test("the caller's own signal ends the request", async () => {
  const url = await serve(() => {})
  const start = performance.now()
  await expect(boundedFetch(url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ reason: 'timeout' })
  expect(performance.now() - start).toBeLessThan(4000)
})

function drip(response: ServerResponse, text: string) {
  const timer = setInterval(() => response.write(text), 50)
  response.on('close', () => clearInterval(timer))
}
