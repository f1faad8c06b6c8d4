import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Client } from '../../models/client.ts'
import { fetchByHttp } from '../support/by-http.ts'
import { ADA } from '../support/harness.ts'
import { startOpenidProvider } from '../support/openid-provider.ts'
import { startProtectedApp } from '../support/protected-app.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let shop: Awaited<ReturnType<typeof startProtectedApp>>
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.register(ADA)
  const { id: clientId, secret: clientSecret } = await it.addClient('shop')
  shop = await startProtectedApp(it.issuer, { clientId, clientSecret, recheckAfter: 4 })
  const addresses = {
    redirectUris: [`${shop.url}/auth/callback`],
    postLogoutRedirectUris: [`${shop.url}/`],
  }
  await Client.update(addresses, { where: { id: clientId } })
})
afterAll(async () => {
  await shop?.close()
  await it?.close()
})

async function signedIn() {
  const surfer = await it.signIn(ADA, new Surfer(fetchByHttp))
  const { at, response } = await surfer.go(`${shop.url}/private?page=2`)
  expect({ at: at.href, status: response.status }).toEqual({ at: `${shop.url}/private?page=2`, status: 200 })
  return surfer
}

async function whoIs(surfer: Surfer) {
  return await bodyOf<object | null>(await surfer.ask(shop.url))
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
