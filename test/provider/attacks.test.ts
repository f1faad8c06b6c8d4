import { exportJWK, generateKeyPair } from 'jose'
import {
  allowInsecureRequests,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  discovery,
  PrivateKeyJwt,
} from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { APPLICATION_REQUEST_LIMIT } from '../../configs/limiter.ts'
import { User } from '../../models/user.ts'
import { NewClientSchema } from '../../src/provider/client-schema.ts'
import { createClient } from '../../src/provider/clients.ts'
import { ADA } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { asked, createRawParty, type Tokens } from '../support/raw-party.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const VERIFIER = 'a'.repeat(43)
const EVIL = 'https://evil.example'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
beforeAll(async () => {
  it = await startOpenidProvider({ OPENID_CLIENT_METADATA: 'true' })
  await it.server.register(ADA)
  await it.addClient('wiki')
  await it.addClient('orders', {
    resource: 'https://orders.example.org',
    resourceScopes: ['orders:write'],
    redirectUris: [],
    grantTypes: ['client_credentials'],
  })
})
afterAll(() => it.server.close())
afterEach(() => vi.restoreAllMocks())

/** Answers the requests for one document; everything else goes to the network. */
function publish(clientId: string, metadata: object) {
  const send = globalThis.fetch
  const document = { client_id: clientId, token_endpoint_auth_method: 'none', ...metadata }
  return vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation((url, init) =>
      String(url) === clientId ? Promise.resolve(Response.json(document)) : send(url, init),
    )
}

async function requestOf(clientId: string, parameters: Record<string, string> = {}): Promise<string> {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${EVIL}/callback`,
    scope: 'openid profile email groups',
    code_challenge: await calculatePKCECodeChallenge(VERIFIER),
    code_challenge_method: 'S256',
    ...parameters,
  })
  return `${it.issuer}/auth?${query}`
}

async function leads(surfer: Surfer, url: string): Promise<URL> {
  return new URL((await surfer.ask(url)).headers.get('location') ?? '', it.server.env.BASE_URL)
}

test('a stranger cannot fill the database with requests of an application', async () => {
  const stranger = await requestOf('wiki', { redirect_uri: CALLBACK })
  const asked = await Promise.all(Array.from({ length: APPLICATION_REQUEST_LIMIT + 1 }, () => leave(stranger)))
  expect(asked.filter(status => status === 429)).toHaveLength(1)
  expect((await leads(await it.signIn(ADA), stranger)).searchParams.get('code')).toBeTruthy()
})

const at = (path: string) => new URL(path, it.server.url).href
const today = () => new Date().toISOString().slice(0, 10)

async function leave(url: string): Promise<number> {
  return (await fetch(url, { redirect: 'manual' })).status
}

test('a disabled application sends nobody on from the sign-out', async () => {
  await it.addClient('sold', { disabledAt: new Date() })
  const query = new URLSearchParams({ client_id: 'sold', post_logout_redirect_uri: 'https://wiki.example.org/bye' })
  const answer = await leads(new Surfer(), `${it.issuer}/session/end?${query}`)
  expect(answer.pathname).toBe('/application-problem')
})

test('a client cannot have the ID of a user, as whom its own tokens would pass', async () => {
  const user = await User.findOne({ where: { email: ADA.email } })
  const client = NewClientSchema.parse({ id: user?.id, name: 'Ada', redirectUris: [CALLBACK] })
  await expect(createClient(it.server.deps, { actorId: null }, client)).rejects.toMatchObject({ code: 'client_exists' })
})

describe('an application that only a document describes', () => {
  test('cannot excuse itself from the consent of the user', async () => {
    const id = `${EVIL}/skips`
    publish(id, { redirect_uris: [`${EVIL}/callback`], skip_consent: true })
    const answer = await leads(await it.signIn(ADA), await requestOf(id))
    expect(answer.searchParams.get('code')).toBeNull()
    expect(answer.pathname).toMatch(/^\/authorize\//)
  })

  test('cannot give itself scopes at the APIs of others', async () => {
    const id = `${EVIL}/robot`
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    publish(id, {
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] },
      own_scopes: ['orders:write'],
    })
    const robot = await discovery(new URL(it.issuer), id, {}, PrivateKeyJwt({ key: privateKey, kid: 'one' }), {
      execute: [allowInsecureRequests],
    })
    const { scope } = await clientCredentialsGrant(robot, {
      resource: 'https://orders.example.org',
      scope: 'orders:write',
    })
    expect(scope).toBeUndefined()
  })

  test('shows the user where it comes from, whatever it calls itself', async () => {
    const { page, surfer } = await asking(`${EVIL}/named`, { client_name: 'Your bank' })
    const { client } = await asked(it, surfer, page)
    expect(client).toEqual({ id: `${EVIL}/named`, name: 'Your bank', host: 'evil.example' })
  })

  test('is listed and exported once it was allowed, and its tokens end by a withdrawal', async () => {
    const id = `${EVIL}/granted`
    const { page, surfer } = await asking(id)
    const party = createRawParty(it, { id })
    const { continueTo } = await asked(it, surfer, page)
    await surfer.post(at(page.pathname.replace('/authorize', '/auth/interactions')), { decision: 'allow' })
    const answer = await leads(surfer, at(continueTo))
    const form = { client_id: id, redirect_uri: `${EVIL}/callback` }
    const redeemed = await party.redeem(answer.searchParams.get('code') ?? '', VERIFIER, form, {})
    const { access_token } = await bodyOf<Tokens>(redeemed)
    expect((await party.userinfo(access_token)).status).toBe(200)

    const { granted } = await bodyOf<{ granted: object[] }>(await surfer.ask(at('/auth/applications')))
    const scopes = ['email', 'groups', 'openid', 'profile']
    expect(granted).toEqual([
      { id, name: 'evil.example', scopes, resources: [], grantedAt: expect.stringContaining(today()) },
    ])
    const { applications } = await bodyOf<{ applications: object[] }>(await surfer.ask(at('/auth/export')))
    expect(applications).toEqual([{ application: id, scopes, grantedAt: expect.stringContaining(today()) }])

    const withdraw = () => surfer.ask(at(`/auth/applications/${encodeURIComponent(id)}`), { method: 'DELETE' })
    expect((await withdraw()).status).toBe(200)
    expect((await party.userinfo(access_token)).status).toBe(401)
    expect(await bodyOf(await surfer.ask(at('/auth/applications')))).toMatchObject({ granted: [] })
    expect((await withdraw()).status).toBe(404)
  })

  test('is not fetched for an ID that is longer than a column or has other than visible ASCII', async () => {
    const surfer = await it.signIn(ADA)
    for (const id of [`${EVIL}/${'x'.repeat(235)}`, `${EVIL}/\u00e4`, `${EVIL}/\u202e`]) {
      const sent = publish(id, { redirect_uris: [`${EVIL}/callback`] })
      expect((await leads(surfer, await requestOf(id))).pathname, id).toBe('/application-problem')
      expect(sent.mock.calls.map(([url]) => String(url))).not.toContain(id)
      sent.mockRestore()
    }
    const longest = `${EVIL}/${'x'.repeat(234)}`
    publish(longest, { redirect_uris: [`${EVIL}/callback`] })
    expect((await leads(surfer, await requestOf(longest))).pathname).toMatch(/^\/authorize\//)
  })

  /** Has the user asked for consent. */
  async function asking(id: string, metadata: object = {}) {
    publish(id, { redirect_uris: [`${EVIL}/callback`], ...metadata })
    const surfer = await it.signIn(ADA)
    return { surfer, page: await leads(surfer, await requestOf(id)) }
  }
})

describe('a request', () => {
  test('names at most five resources', async () => {
    const surfer = await it.signIn(ADA)
    const url = new URL(await requestOf('wiki', { redirect_uri: CALLBACK, scope: 'openid' }))
    for (let times = 1; times <= 6; times++) {
      url.searchParams.append('resource', 'https://orders.example.org')
      const { searchParams } = await leads(surfer, url.href)
      expect({ times, error: searchParams.get('error') }).toEqual({ times, error: times > 5 ? 'invalid_target' : null })
    }
  })

  test('that is refused leaves a short line in the log', async () => {
    const surfer = await it.signIn(ADA)
    const warn = vi.spyOn(it.server.deps.logger, 'warn')
    await leads(surfer, await requestOf('x'.repeat(5000)))
    expect(warn).toHaveBeenCalledOnce()
    expect(JSON.stringify(warn.mock.calls[0])).toContain('xxx')
    expect(JSON.stringify(warn.mock.calls[0]).length).toBeLessThan(700)
  })
})
