import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProviderSession } from '../../models/provider-session.ts'
import { type CasFederation, startCasFederation } from '../support/cas-federation.ts'
import { startFederation } from '../support/federation.ts'
import { ADA } from '../support/harness.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

type SignedOut = { providerSignOut?: { label: string; url: string } }

async function signOut(origin: string, surfer: Surfer) {
  return (await bodyOf<SignedOut>(await surfer.post(`${origin}/auth/logout`))).providerSignOut
}

async function refusalAt(origin: string, surfer: Surfer) {
  const response = await surfer.ask(`${origin}/auth/profile`, { headers: { accept: 'application/json' } })
  return { status: response.status, reason: (await bodyOf<{ reason?: string }>(response)).reason }
}

/** The provider tells us after its own answer. */
async function ended(origin: string, surfer: Surfer) {
  for (let tries = 0; tries < 50; tries++) {
    const refusal = await refusalAt(origin, surfer)
    if (refusal.status === 401) return refusal
    await setTimeout(100)
  }
  return undefined
}

describe('CAS', () => {
  let it: CasFederation
  beforeAll(async () => {
    it = await startCasFederation({ ada: { password: 'seven green bicycles', attributes: {} } })
  })
  afterAll(() => it?.close())

  const post = (form: Record<string, string>) =>
    fetch(it.service, { method: 'POST', body: new URLSearchParams(form), headers: { accept: 'application/json' } })

  const logoutRequest = (ticket: string) =>
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:SessionIndex>${ticket}</samlp:SessionIndex></samlp:LogoutRequest>`

  test('7.4.1 signing out there ends the session here, and no other one of the same user', async () => {
    const one = await it.signInAs('ada')
    const other = await it.signInAs('ada')
    await one.browser.signOut()
    expect(await ended(it.server.url, one.surfer)).toEqual({ status: 401, reason: 'provider-signed-out' })
    expect(await it.whoIs(other.surfer)).toBeDefined()
    const [event] = await it.server.rows('SELECT details FROM "AuditEvents" WHERE event = \'session_ended\'')
    expect(JSON.stringify(event)).toContain('provider-signed-out')
  })

  test('a request for a ticket that began no session ends none, and is answered the same', async () => {
    const { surfer, back } = await it.signInAs('ada')
    expect((await post({ logoutRequest: logoutRequest('ST-1-unknown') })).status).toBe(200)
    expect(await it.whoIs(surfer)).toBeDefined()
    const ticket = back.searchParams.get('ticket') ?? ''
    expect((await post({ logoutRequest: logoutRequest(ticket) })).status).toBe(200)
    expect((await post({ logoutRequest: logoutRequest(ticket) })).status).toBe(200)
    expect(await it.whoIs(surfer)).toBeUndefined()
  })

  test('the ticket is kept as a hash', async () => {
    const { back } = await it.signInAs('ada')
    const sessions = JSON.stringify(await ProviderSession.findAll())
    expect(sessions).not.toContain(back.searchParams.get('ticket'))
    const data = JSON.stringify(await it.server.rows('SELECT * FROM "Sessions"'))
    expect(data).not.toContain(back.searchParams.get('ticket'))
  })

  test('what is no logout request is refused', async () => {
    for (const text of ['', 'x', '<a/>', logoutRequest('PGT-1-x'), `<!DOCTYPE a>${logoutRequest('ST-1-x')}`])
      expect((await post({ logoutRequest: text })).status).toBe(400)
    expect((await post({})).status).toBe(422)
    expect((await fetch(it.service, { method: 'POST', body: '{}' })).status).toBe(415)
  })

  test('signing out here names the address to sign out there', async () => {
    const { surfer } = await it.signInAs('ada')
    const { label, url } = (await signOut(it.server.url, surfer)) ?? { label: '', url: '' }
    expect(label).toBe('CAS')
    const service = new URLSearchParams({ service: `${it.server.env.BASE_URL}/sign-in` })
    expect(url).toBe(`${it.cas.url}/logout?${service}`)
  })
})

describe('OpenID Connect', () => {
  let it: Awaited<ReturnType<typeof startFederation>>
  beforeAll(async () => {
    it = await startFederation()
    it.provider.account = { sub: 'ada', email: 'corp@example.org', email_verified: true, name: 'Ada' }
  })
  afterAll(() => it?.close())

  test('signing out here names the address to sign out there, where the session began there', async () => {
    const { surfer } = await it.signInWith()
    const { label, url } = (await signOut(it.server.url, surfer)) ?? { label: '', url: '' }
    expect(label).toBe('Corp')
    expect(url).toContain(`${it.provider.issuer}/session/end`)
    expect(new URL(url).searchParams.get('post_logout_redirect_uri')).toBe(`${it.server.env.BASE_URL}/sign-in`)
    await it.server.register()
    const local = new Surfer()
    await it.signInByPassword(local, ADA)
    expect(await signOut(it.server.url, local)).toBeUndefined()
  })

  test('7.4.1 signing out there ends the session here', async () => {
    const { surfer } = await it.signInWith()
    const page = await surfer.ask(`${it.provider.issuer}/session/end`)
    const html = await page.text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const body = new URLSearchParams({ xsrf, logout: 'yes' })
    await surfer.ask(`${it.provider.issuer}/session/end/confirm`, { method: 'POST', body })
    expect(await ended(it.server.url, surfer)).toEqual({ status: 401, reason: 'provider-signed-out' })
  })
})
