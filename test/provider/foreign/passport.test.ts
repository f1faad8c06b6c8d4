import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../support/child-server.ts'
import { startDocumentedApp } from '../../support/documented-app.ts'
import { ADA } from '../../support/harness.ts'
import { startOpenidProvider } from '../../support/openid-provider.ts'
import { Surfer } from '../../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let app: Awaited<ReturnType<typeof startDocumentedApp>>
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  const port = await freePort()
  const { secret } = await it.addClient('notes', { redirectUris: [`http://localhost:${port}/callback`] })
  app = await startDocumentedApp({ heading: 'With Passport', port, issuer: it.issuer, clientSecret: secret })
})
afterAll(async () => {
  await app?.close()
  await it.server.close()
})

test('Passport signs a user in, as docs/openid-provider.md says', async () => {
  const surfer = await it.signIn(ADA)
  const { at, response } = await surfer.go(app.url)
  expect(at.href).toBe(`${app.url}/`)
  expect(await response.text()).toBe(`Hello ${ADA.name}`)
  // On localhost, applications on other ports share the cookies of this server.
  expect(surfer.cookie(app.url, it.server.deps.cookie.name)).toBeUndefined()
})

test('Passport sends a browser without a session here', async () => {
  const { at } = await new Surfer().go(app.url)
  expect(at.origin).toBe(it.server.env.BASE_URL)
  expect(at.pathname).toMatch(/^\/authorize\//)
})
