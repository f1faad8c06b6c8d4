import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Client } from '../../models/client.ts'
import type { LatchkeyOptions } from '../../packages/express/src/options.ts'
import { startLogoutWorker } from '../../src/provider/logout-worker.ts'
import { fetchByHttp } from '../support/by-http.ts'
import { ADA } from '../support/harness.ts'
import { startOpenidProvider } from '../support/openid-provider.ts'
import { startProtectedApp } from '../support/protected-app.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

type App = Awaited<ReturnType<typeof startProtectedApp>>

let it: Awaited<ReturnType<typeof startOpenidProvider>>
/** The shop gets no back-channel messages and checks often; the kiosk relies on them. */
let shop: App
let kiosk: App
let worker: ReturnType<typeof startLogoutWorker>
const toldKiosk = vi.fn()
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.register(ADA)
  shop = await startApp('shop', { recheckAfter: 4 })
  kiosk = await startApp('kiosk', { onBackChannelLogout: toldKiosk })
  await Client.update({ backchannelLogoutUri: `${kiosk.url}/auth/backchannel-logout` }, { where: { id: 'kiosk' } })
  worker = startLogoutWorker(it.deps)
})
afterAll(async () => {
  await worker?.stop()
  await kiosk?.close()
  await shop?.close()
  await it?.close()
})

async function startApp(id: string, options: Partial<LatchkeyOptions>): Promise<App> {
  const { secret: clientSecret } = await it.addClient(id)
  const app = await startProtectedApp(it.issuer, { clientId: id, clientSecret, ...options })
  const addresses = {
    redirectUris: [`${app.url}/auth/callback`],
    postLogoutRedirectUris: [`${app.url}/`],
  }
  await Client.update(addresses, { where: { id } })
  return app
}

async function signedIn({ url } = shop) {
  const surfer = await it.signIn(ADA, new Surfer(fetchByHttp))
  const { at, response } = await surfer.go(`${url}/private?page=2`)
  expect({ at: at.href, status: response.status }).toEqual({ at: `${url}/private?page=2`, status: 200 })
  return surfer
}

async function atLatchkey(surfer: Surfer) {
  const answer = await surfer.ask(`${it.url}/auth/session`)
  return await bodyOf<{ session: { id: string }; user: { id: string } }>(answer)
}

async function whoIs(surfer: Surfer, { url } = shop) {
  return await bodyOf<object | null>(await surfer.ask(url))
}

test('a person of Latchkey signs in to the app, and ends where they began', async () => {
  const surfer = await signedIn()
  expect(await whoIs(surfer)).toMatchObject({
    id: expect.any(String),
    name: ADA.name,
    email: ADA.email,
    groups: ['user'],
    permissions: expect.any(Array),
  })
})

test('a sign-out at Latchkey ends the session of the app with the next check, even without a message', async () => {
  const surfer = await signedIn()
  const other = await signedIn()
  await surfer.post(`${it.url}/auth/logout`)
  await new Promise(resolve => setTimeout(resolve, 2100))
  expect(await whoIs(surfer)).toBeNull()
  expect(await whoIs(other)).not.toBeNull()
})

const ENDS: Record<string, (surfer: Surfer, sessionId: string) => Promise<unknown>> = {
  'a sign-out at Latchkey': surfer => surfer.post(`${it.url}/auth/logout`),
  'another browser of the user': async (_surfer, sessionId) =>
    (await it.signIn(ADA)).ask(`${it.url}/auth/sessions/${sessionId}`, { method: 'DELETE' }),
}

test.for(Object.entries(ENDS))('%s ends the session of the app at once, by a message', async ([, end]) => {
  const [surfer, other] = [await signedIn(kiosk), await signedIn(kiosk)]
  const { session, user } = await atLatchkey(surfer)
  await end(surfer, session.id)
  await expect.poll(() => whoIs(surfer, kiosk), { timeout: 3000 }).toBeNull()
  expect(toldKiosk).toHaveBeenLastCalledWith({ sub: user.id, sid: session.id })
  expect(await whoIs(other, kiosk)).not.toBeNull()
})

test('a sign-out in the app ends the session at Latchkey, and comes back', async () => {
  const surfer = await signedIn()
  const headers = { accept: 'text/html', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }
  const response = await surfer.ask(`${shop.url}/auth/sign-out`, { method: 'POST', headers })
  const { at } = await surfer.go(response.headers.get('location') ?? '')
  expect(at.href).toBe(`${shop.url}/`)
  expect((await surfer.ask(`${it.url}/auth/session`)).status).toBe(401)
})

test('a session is checked by its refresh token, again and again, and goes on', async () => {
  const surfer = await signedIn()
  const spy = vi.spyOn(globalThis, 'fetch')
  for (let round = 0; round < 2; round++) {
    await new Promise(resolve => setTimeout(resolve, 2100))
    const before = surfer.cookieHeader(shop.url)
    const stale = { headers: { cookie: before } }
    expect(await whoIs(surfer)).not.toBeNull()
    expect(await (await fetchByHttp(shop.url, stale)).json()).not.toBeNull()
  }
  const asked = spy.mock.calls.map(([url]) => String(url)).filter(url => url === `${it.issuer}/token`)
  expect(asked).toHaveLength(2)
})
