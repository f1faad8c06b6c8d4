import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LogoutWorker, startLogoutWorker } from '../../../src/provider/logout-worker.ts'
import { startApache } from '../../support/apache.ts'
import { freePort } from '../../support/child-server.ts'
import { ADA } from '../../support/harness.ts'
import { startOpenidProvider } from '../../support/openid-provider.ts'
import { Surfer } from '../../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let apache: Awaited<ReturnType<typeof startApache>>
let worker: LogoutWorker
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  const port = await freePort()
  const app = `http://localhost:${port}`
  const client = await it.addClient('app', {
    redirectUris: [`${app}/oidc-callback`],
    postLogoutRedirectUris: [`${app}/bye`],
    backchannelLogoutUri: `${app}/oidc-callback?logout=backchannel`,
  })
  apache = await startApache({ port, issuer: it.issuer, ...client })
  worker = startLogoutWorker(it.server.deps)
})
afterAll(async () => {
  await worker?.stop()
  await apache?.close()
  await it.server.close()
})

test('mod_auth_openidc signs a user in, as docs/openid-provider.md says, and out again', async () => {
  const surfer = await it.signIn(ADA)
  const { at, response } = await surfer.go(`${apache.url}/index.html`)
  expect(await response.text()).toBe('a protected page')
  expect(at.pathname).toBe('/index.html')
  expect(response.headers.get('x-claims')).toContain(`${ADA.email} user`)

  const back = encodeURIComponent(`${apache.url}/bye`)
  await surfer.go(`${apache.url}/oidc-callback?logout=${back}`, next => next.pathname === '/bye')
  expect((await surfer.ask(`${it.server.url}/auth/session`)).status).toBe(401)
})

test('mod_auth_openidc ends its session when it is told of a sign-out here', async () => {
  const [surfer, other] = [await it.signIn(ADA), await it.signIn(ADA)]
  const open = async (browser: Surfer) => (await browser.ask(`${apache.url}/index.html`)).status
  for (const browser of [surfer, other]) {
    await browser.go(`${apache.url}/index.html`)
    expect(await open(browser)).toBe(200)
  }
  await surfer.post(`${it.server.url}/auth/logout`)
  await expect.poll(() => open(surfer), { timeout: 3000 }).toBe(302)
  expect(await open(other)).toBe(200)
})

test('mod_auth_openidc sends a browser without a session here', async () => {
  const { at } = await new Surfer().go(`${apache.url}/index.html`)
  expect(at.origin).toBe(it.server.env.BASE_URL)
  expect(at.pathname).toMatch(/^\/authorize\//)
})
