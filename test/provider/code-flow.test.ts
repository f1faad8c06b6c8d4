import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  refreshTokenGrant,
  tokenIntrospection,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { User } from '../../models/user.ts'
import { ADA, BOB } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let wiki: { id: string; secret: string }
let config: Configuration
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  wiki = await it.addClient('wiki')
  config = await it.relyingParty(wiki)
})
afterAll(() => it.server.close())

type Visit = { url: URL; verifier: string; nonce: string }

async function visit(parameters: Record<string, string> = {}, party = config): Promise<Visit> {
  const verifier = randomPKCECodeVerifier()
  const nonce = randomNonce()
  const url = buildAuthorizationUrl(party, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email groups',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state: 'kept',
    ...parameters,
  })
  return { url, verifier, nonce }
}

function redeem({ verifier, nonce }: Visit, answer: URL, party = config) {
  return authorizationCodeGrant(party, answer, {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: 'kept',
  })
}

/** Where a request leads at once. */
async function ask(surfer: Surfer, url: URL | string): Promise<URL> {
  const response = await surfer.ask(url)
  expect(response.status).toBe(303)
  return new URL(response.headers.get('location') ?? '', it.server.env.BASE_URL)
}

async function tokensOf(surfer: Surfer, parameters: Record<string, string> = {}) {
  const visiting = await visit(parameters)
  return redeem(visiting, await ask(surfer, visiting.url))
}

type Asked = { step: string; scopes: string[]; continueTo: string; client: { name: string } }

/** What the page at this address asks the server. */
async function asked(surfer: Surfer, page: URL): Promise<Asked> {
  expect(page.pathname).toMatch(/^\/authorize\/[\w-]+$/)
  const response = await surfer.ask(`${it.server.url}${page.pathname.replace('/authorize', '/auth/interactions')}`)
  expect(response.status).toBe(200)
  return bodyOf<Asked>(response)
}

function decide(surfer: Surfer, page: URL, decision: string) {
  return surfer.post(`${it.server.url}${page.pathname.replace('/authorize', '/auth/interactions')}`, { decision })
}

async function sessionOf(surfer: Surfer) {
  return bodyOf<{ session: { id: string }; user: { id: string } }>(await surfer.ask(`${it.server.url}/auth/session`))
}

const sessionEnd = (surfer: Surfer) => surfer.post(`${it.server.url}/auth/logout`)

describe('a signed-in browser', () => {
  test('gets a code at once, and the application its tokens', async () => {
    const surfer = await it.signIn(ADA)
    const { user, session } = await sessionOf(surfer)
    const tokens = await tokensOf(surfer)
    expect(tokens.claims()).toMatchObject({
      sub: user.id,
      sid: session.id,
      name: ADA.name,
      email: ADA.email,
      email_verified: false,
      groups: ['user'],
      acr: 'urn:latchkey:acr:1',
      amr: ['pwd'],
      auth_time: expect.any(Number),
    })
    expect(await fetchUserInfo(config, tokens.access_token, user.id)).toMatchObject({ sub: user.id, name: ADA.name })
  })

  test('is shown to oidc-provider as its session, and gets no other cookie', async () => {
    const surfer = await it.signIn(ADA)
    const response = await surfer.ask((await visit()).url)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('gets a code for prompt=none', async () => {
    const answer = await ask(await it.signIn(ADA), (await visit({ prompt: 'none' })).url)
    expect(answer.searchParams.get('code')).toBeTruthy()
  })

  test('cannot name another session to oidc-provider', async () => {
    const ada = await it.signIn(ADA)
    const { session } = await sessionOf(ada)
    const stranger = new Surfer()
    stranger.headers.cookie = `oidc_session=${session.id}`
    const answer = await ask(stranger, (await visit({ prompt: 'none' })).url)
    expect(answer.searchParams.get('error')).toBe('login_required')
  })
})

describe('a browser without a session', () => {
  test('is sent to a page, signs in, and goes on', async () => {
    const surfer = new Surfer()
    const visiting = await visit()
    const page = await ask(surfer, visiting.url)
    expect(page.pathname).toMatch(/^\/authorize\/[\w-]+$/)
    await it.signIn(ADA, surfer)
    const { step, continueTo } = await asked(surfer, page)
    expect(step).toBe('continue')
    const tokens = await redeem(visiting, await ask(surfer, it.server.url + continueTo))
    expect(tokens.claims()?.email).toBe(ADA.email)
  })

  test('that did not start the request cannot finish it', async () => {
    const page = await ask(new Surfer(), (await visit()).url)
    const other = await it.signIn(ADA)
    const { continueTo } = await asked(other, page)
    const end = await other.ask(it.server.url + continueTo)
    expect(end.headers.get('location')).toBe('/application-problem?problem=request_expired')
  })

  test('that started a request gets nothing out of another signing in to it', async () => {
    const thief = new Surfer()
    const page = await ask(thief, (await visit()).url)
    const { continueTo } = await asked(await it.signIn(ADA), page)
    const next = await ask(thief, it.server.url + continueTo)
    expect(next.pathname).toMatch(/^\/authorize\//)
  })

  test('is told login_required for prompt=none', async () => {
    const answer = await ask(new Surfer(), (await visit({ prompt: 'none' })).url)
    expect(answer.searchParams.get('error')).toBe('login_required')
  })
})

describe('the end of a session', () => {
  test('ends refresh, user info and introspection at once', async () => {
    const surfer = await it.signIn(ADA)
    const { user } = await sessionOf(surfer)
    const tokens = await tokensOf(surfer)
    expect(await tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true })
    await sessionEnd(surfer)
    expect(await tokenIntrospection(config, tokens.access_token)).toEqual({ active: false })
    expect(await tokenIntrospection(config, tokens.refresh_token ?? '')).toEqual({ active: false })
    await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(fetchUserInfo(config, tokens.access_token, user.id)).rejects.toMatchObject({ status: 401 })
  })

  test('ends a code that is not redeemed yet', async () => {
    const surfer = await it.signIn(ADA)
    const visiting = await visit()
    const answer = await ask(surfer, visiting.url)
    await sessionEnd(surfer)
    await expect(redeem(visiting, answer)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('of another browser leaves this one its tokens', async () => {
    const [one, other] = [await it.signIn(ADA), await it.signIn(ADA)]
    const tokens = await tokensOf(one)
    await tokensOf(other)
    await sessionEnd(other)
    expect((await refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toBeTruthy()
  })

  test('of a disabled user ends them too', async () => {
    const surfer = await it.signIn(BOB)
    const tokens = await tokensOf(surfer)
    await User.update({ disabledAt: new Date() }, { where: { email: BOB.email } })
    await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await User.update({ disabledAt: null }, { where: { email: BOB.email } })
  })
})

describe('refresh tokens', () => {
  test('rotate, with a grace period for two tabs', async () => {
    const { refresh_token: first = '' } = await tokensOf(await it.signIn(ADA))
    const [one, other] = await Promise.all([refreshTokenGrant(config, first), refreshTokenGrant(config, first)])
    expect(new Set([first, one.refresh_token, other.refresh_token]).size).toBe(3)
  })

  test('that are used again later end the whole grant', async () => {
    const surfer = await it.signIn(ADA)
    const { refresh_token: first = '' } = await tokensOf(surfer)
    const { refresh_token: second = '' } = await refreshTokenGrant(config, first)
    await OidcArtifact.update({ consumedAt: new Date(Date.now() - 11_000) }, { where: { kind: 'RefreshToken' } })
    await expect(refreshTokenGrant(config, first)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(refreshTokenGrant(config, second)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('are no good to another client', async () => {
    const { refresh_token: token = '' } = await tokensOf(await it.signIn(ADA))
    const other = await it.relyingParty(await it.addClient('other'))
    await expect(refreshTokenGrant(other, token)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('cannot be read from the database', async () => {
    const { refresh_token: token = '' } = await tokensOf(await it.signIn(ADA))
    expect(JSON.stringify(await it.server.rows('SELECT * FROM "OidcArtifacts"'))).not.toContain(token)
  })
})

test('one of twenty parallel requests redeems a code', async () => {
  const visiting = await visit()
  const answer = await ask(await it.signIn(ADA), visiting.url)
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(visiting, answer)))
  expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
})

describe('consent', () => {
  test('is asked once, remembered, and can be denied', async () => {
    const shop = await it.addClient('shop', { skipConsent: false, name: 'The shop' })
    const party = await it.relyingParty(shop)
    const surfer = await it.signIn(ADA)
    const first = await visit({}, party)
    const page = await ask(surfer, first.url)
    expect(await asked(surfer, page)).toMatchObject({
      step: 'consent',
      client: { name: 'The shop' },
      scopes: ['openid', 'profile', 'email', 'groups'],
    })

    const denied = await bodyOf<Asked>(await decide(surfer, page, 'deny'))
    const turnedDown = await ask(surfer, it.server.url + denied.continueTo)
    expect(turnedDown.searchParams.get('error')).toBe('access_denied')

    const second = await visit({}, party)
    const again = await ask(surfer, second.url)
    const allowed = await bodyOf<Asked>(await decide(surfer, again, 'allow'))
    const tokens = await redeem(second, await ask(surfer, it.server.url + allowed.continueTo), party)
    expect(tokens.claims()?.email).toBe(ADA.email)

    const third = await visit({}, party)
    expect((await ask(await it.signIn(ADA), third.url)).searchParams.get('code')).toBeTruthy()
  })

  test('of one user is not another’s to give', async () => {
    const page = await ask(
      await it.signIn(ADA),
      (await visit({}, await it.relyingParty(await it.addClient('closed', { skipConsent: false })))).url,
    )
    expect((await decide(await it.signIn(BOB), page, 'allow')).status).toBe(404)
  })
})

test('an application for certain roles is closed to other users, and says so on a page', async () => {
  const party = await it.relyingParty(await it.addClient('ledger', { roles: ['admin'] }))
  const surfer = await it.signIn(ADA)
  const page = await ask(surfer, (await visit({}, party)).url)
  expect((await asked(surfer, page)).step).toBe('no-access')
  expect((await decide(surfer, page, 'allow')).status).toBe(404)
  const { continueTo } = await bodyOf<Asked>(await decide(surfer, page, 'deny'))
  expect((await ask(surfer, it.server.url + continueTo)).searchParams.get('error')).toBe('access_denied')
})

test('a role that is needed and lost ends the refresh tokens', async () => {
  const tokens = await tokensOf(await it.signIn(ADA))
  await Client.update({ roles: ['admin'] }, { where: { id: 'wiki' } })
  await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  await Client.update({ roles: null }, { where: { id: 'wiki' } })
})

describe('a fresh proof', () => {
  test.each([{ prompt: 'login' }, { max_age: '0' }])('is made for %o before the answer', async parameters => {
    const surfer = await it.signIn(ADA)
    await new Promise(resolve => setTimeout(resolve, 1100))
    const visiting = await visit(parameters)
    const page = await ask(surfer, visiting.url)
    const { step, continueTo } = await asked(surfer, page)
    expect(step).toBe('prove')
    const early = await ask(surfer, it.server.url + continueTo)
    expect(early.pathname).toMatch(/^\/authorize\//)
    await surfer.post(`${it.server.url}/auth/reauthenticate`, { password: ADA.password })
    const tokens = await redeem(visiting, await ask(surfer, it.server.url + (await asked(surfer, early)).continueTo))
    expect(tokens.claims()?.auth_time).toBeGreaterThan(Date.now() / 1000 - 5)
  })

  test('of a second factor is demanded by the client, or by acr_values', async () => {
    const party = await it.relyingParty(await it.addClient('vault', { secondFactor: true }))
    const surfer = await it.signIn(ADA)
    const page = await ask(surfer, (await visit({}, party)).url)
    expect((await asked(surfer, page)).step).toBe('enrol')
    const wished = await ask(surfer, (await visit({ acr_values: 'urn:latchkey:acr:2' })).url)
    expect((await asked(surfer, wished)).step).toBe('enrol')
  })
})

describe('refused', () => {
  test.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a token in the fragment', { response_type: 'token' }, 'unsupported_response_type'],
    ['a scope that the client lacks', { scope: 'openid offline_access nonsense:all' }, null],
  ])('%s', async (_what, parameters, error) => {
    const { url } = await visit()
    for (const [name, value] of Object.entries(parameters))
      if (value === '') url.searchParams.delete(name)
      else url.searchParams.set(name, value)
    const answer = await ask(await it.signIn(ADA), url)
    expect(answer.searchParams.get('error') ?? new URLSearchParams(answer.hash.slice(1)).get('error')).toBe(error)
  })

  test.each([
    `${CALLBACK}/`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#x`,
    CALLBACK.replace('https', 'http'),
    CALLBACK.replace('wiki.', 'wiki.evil.'),
    CALLBACK.replace('https://', 'https://user@'),
    `${CALLBACK}/../other`,
    CALLBACK.toUpperCase(),
    'https://wiki.example.org',
    'javascript:alert(1)',
  ])('the redirect URI %s', async redirect_uri => {
    const { url } = await visit()
    url.searchParams.set('redirect_uri', redirect_uri)
    const answer = await ask(await it.signIn(ADA), url)
    expect(answer.origin).toBe(it.server.env.BASE_URL)
    expect(answer.searchParams.get('problem')).toBe('redirect_uri_not_registered')
  })

  test('an unknown or disabled client', async () => {
    const { url } = await visit()
    url.searchParams.set('client_id', 'nobody')
    const surfer = await it.signIn(ADA)
    expect((await ask(surfer, url)).searchParams.get('problem')).toBe('unknown_application')
    await it.addClient('gone', { disabledAt: new Date() })
    url.searchParams.set('client_id', 'gone')
    expect((await ask(surfer, url)).searchParams.get('problem')).toBe('unknown_application')
  })

  test('a wrong secret, and one of another client', async () => {
    const other = await it.addClient('neighbour')
    for (const secret of ['wrong', other.secret]) {
      const visiting = await visit()
      const answer = await ask(await it.signIn(ADA), visiting.url)
      const party = await it.relyingParty({ id: 'wiki', secret })
      await expect(redeem(visiting, answer, party)).rejects.toMatchObject({ status: 401 })
    }
  })
})
