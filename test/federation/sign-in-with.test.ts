import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/harness.ts'
import { type OidcServer, startOidcServer } from '../support/oidc-server.ts'
import { Surfer } from '../support/surfer.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

let provider: OidcServer
let server: TestServer

beforeAll(async () => {
  provider = await startOidcServer()
  const port = await freePort()
  server = await startServer({
    OIDC_CORP_ISSUER: provider.issuer,
    OIDC_CORP_CLIENT_ID: 'latchkey',
    OIDC_CORP_CLIENT_SECRET: 'a secret of the client of the tests',
    PORT: String(port),
    BASE_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'warn',
  })
  await provider.serve(server.env.BASE_URL)
})
afterAll(async () => {
  await server?.close()
  await provider?.close()
})

test('smoke', async () => {
  provider.account = { sub: 'g-1', email: 'grace@example.org', email_verified: true, name: 'Grace Hopper' }
  const surfer = new Surfer()
  const { at, response } = await surfer.go(`${server.url}/auth/oidc/corp`)
  process.stderr.write(String([at.href, response.status, (await response.text()).slice(0, 100)]))
  const who = await surfer.ask(`${server.url}/auth/session`)
  process.stderr.write(String([who.status, await who.text()]))
})
