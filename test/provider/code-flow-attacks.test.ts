import {
  type CryptoKey,
  decodeJwt,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { ClientSecret } from '../../models/client-secret.ts'
import { minutes } from '../../src/durations.ts'
import { ADA, BOB } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { head, sendRaw } from '../support/raw-http.ts'
import { asked, basic, createRawParty, errorOf, type RawParty } from '../support/raw-party.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const EVIL = 'https://evil.example'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let wiki: RawParty
let neighbour: RawParty
let ada: Surfer
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  wiki = createRawParty(it, await it.addClient('wiki'))
  neighbour = createRawParty(it, await it.addClient('neighbour'))
  ada = await it.signIn(ADA)
})
afterAll(() => it.server.close())

async function codeOf(surfer = ada) {
  const { answer, verifier } = await wiki.answerTo(surfer)
  return { code: answer.get('code') ?? '', verifier }
}

describe('no redirect to an address that is not registered', () => {
  test.each([
    `${CALLBACK}%2F`,
    `${CALLBACK} `,
    `${CALLBACK}%00`,
    `${CALLBACK}\r\nX: y`,
    `${CALLBACK};x=1`,
    CALLBACK.replace('/callback', '/callb%61ck'),
    CALLBACK.replace('/callback', '//callback'),
    CALLBACK.replace('/callback', '/%2e%2e/callback'),
    CALLBACK.replace('/callback', '\\callback'),
    CALLBACK.replace('.org', '.org:443'),
    CALLBACK.replace('.org', '.org.'),
    CALLBACK.replace('wiki', 'wık\u0131'),
    `${EVIL}/${CALLBACK}`,
    `${EVIL}\\@wiki.example.org/callback`,
    '//wiki.example.org/callback',
    '/callback',
    'data:text/html,hello',
    `${CALLBACK},${EVIL}`,
    '',
    undefined,
  ])('%j', async redirect_uri => {
    const { at } = await wiki.answerTo(ada, { redirect_uri })
    expect(at.origin + at.pathname).toBe(`${it.server.env.BASE_URL}/application-problem`)
  })

  test.each(['client_id', 'redirect_uri', 'state', 'code_challenge'])('%s twice', async name => {
    const { url } = await wiki.begin()
    url.searchParams.append(name, name === 'redirect_uri' ? EVIL : 'other')
    const at = await wiki.ask(ada, url)
    expect(at.searchParams.get('code')).toBeNull()
    expect(at.origin).not.toBe(EVIL)
  })
})

describe('a code', () => {
  const mistakes: [string, Record<string, string | undefined>][] = [
    ['of another request, by its verifier', { code_verifier: 'v'.repeat(43) }],
    ['without a verifier', { code_verifier: undefined }],
    ['with an empty verifier', { code_verifier: '' }],
    ['with a verifier that is too short', { code_verifier: 'v' }],
    ['with another redirect URI', { redirect_uri: `${CALLBACK}/` }],
    ['without a redirect URI', { redirect_uri: undefined }],
  ]
  test.each(mistakes)('is not redeemed %s', async (_what, changes) => {
    const { code, verifier } = await codeOf()
    const response = await wiki.redeem(code, verifier, changes)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).error).toMatch(/^invalid_(grant|request)$/)
  })

  test('of another client is not redeemed', async () => {
    const { code, verifier } = await codeOf()
    expect(await errorOf(await neighbour.redeem(code, verifier))).toEqual({ status: 400, error: 'invalid_grant' })
  })

  test('is no refresh token, and an access token is neither', async () => {
    const { code } = await codeOf()
    const { access_token, id_token } = await wiki.tokensOf(ada)
    for (const token of [code, access_token, id_token])
      expect(await errorOf(await wiki.refresh(token))).toMatchObject({ error: 'invalid_grant' })
    expect(await errorOf(await wiki.redeem(access_token, 'v'.repeat(43)))).toMatchObject({ error: 'invalid_grant' })
  })

  test.each([
    ['no method', { code_challenge_method: undefined }],
    ['no challenge', { code_challenge: undefined }],
    ['an empty challenge', { code_challenge: '' }],
    ['a challenge of another form', { code_challenge: 'short' }],
    ['an unknown method', { code_challenge_method: 's256' }],
  ])('is not issued for PKCE with %s', async (_what, changes) => {
    const { answer } = await wiki.answerTo(ada, changes)
    expect(answer.get('error')).toBe('invalid_request')
    expect(answer.get('code')).toBeNull()
  })

  test('and an error name their issuer, whatever the request says', async () => {
    for (const changes of [{ iss: EVIL }, { iss: EVIL, response_type: 'nonsense' }])
      expect((await wiki.answerTo(ada, changes)).answer.get('iss')).toBe(it.issuer)
  })
})

describe('a client is not believed', () => {
  const inBody = (id = '', secret = '') => ({ client_id: id, client_secret: secret })

  test('by its ID alone', async () => {
    const { code, verifier } = await codeOf()
    expect(await errorOf(await wiki.redeem(code, verifier, { client_id: 'wiki' }, {}))).toEqual({
      status: 401,
      error: 'invalid_client',
    })
  })

  test('as one by its secret and as another by its ID', async () => {
    const { code, verifier } = await codeOf()
    const response = await neighbour.redeem(code, verifier, { client_id: 'wiki' })
    expect(response.status).toBeGreaterThanOrEqual(400)
  })

  test('with two secrets at once', async () => {
    const response = await wiki.refresh('any', inBody('wiki', wiki.secret))
    expect(await errorOf(response)).toMatchObject({ error: 'invalid_request' })
  })

  test('with its secret in the address', async () => {
    const { code, verifier } = await codeOf()
    const query = new URLSearchParams(inBody('wiki', wiki.secret))
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK }
    expect((await wiki.post(`/token?${query}`, form, {})).status).toBeGreaterThanOrEqual(400)
  })

  test('with a secret that has expired', async () => {
    const { id, secret } = await it.addClient('expired')
    await ClientSecret.update({ expires: new Date(Date.now() - minutes(1)) }, { where: { clientId: id } })
    expect(await errorOf(await createRawParty(it, { id, secret }).refresh('any'))).toMatchObject({ status: 401 })
  })

  test.each(['', '%', 'wiki', 'wiki:', ':', `wiki:${'x'.repeat(5000)}`, "' OR 1=1 --:x", 'wiki%00:x'])(
    'by the credentials %j',
    async credentials => {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
      const { status } = await wiki.post(
        '/token',
        { grant_type: 'refresh_token', refresh_token: 'x' },
        { authorization },
      )
      expect([400, 401]).toContain(status)
    },
  )

  test('in its own name, without that grant or with scopes of users', async () => {
    for (const scope of [undefined, 'openid'])
      expect((await wiki.post('/token', { grant_type: 'client_credentials', scope })).status).toBe(400)
  })

  test('for more scopes than it was granted', async () => {
    const { refresh_token } = await wiki.tokensOf(ada, { scope: 'openid' })
    expect(await errorOf(await wiki.refresh(refresh_token, { scope: 'openid email' }))).toMatchObject({
      error: 'invalid_scope',
    })
  })

  test('after it was disabled in the middle of a flow', async () => {
    const going = createRawParty(it, await it.addClient('going'))
    const { answer, verifier } = await going.answerTo(ada)
    const tokens = await going.tokensOf(ada)
    const { at } = await going.answerTo(new Surfer())
    expect(at.pathname).toMatch(/^\/authorize\//)
    await Client.update({ disabledAt: new Date() }, { where: { id: 'going' } })
    expect((await going.redeem(answer.get('code') ?? '', verifier)).status).toBe(401)
    expect((await going.refresh(tokens.refresh_token)).status).toBe(401)
    expect((await going.userinfo(tokens.access_token)).status).toBe(401)
  })
})

describe('another browser', () => {
  test('with the cookie of a request under way gets no code of its owner', async () => {
    const surfer = await it.signIn(ADA)
    const { at } = await wiki.answerTo(surfer, { prompt: 'consent' })
    const uid = at.pathname.split('/')[2]
    const thief = new Surfer()
    thief.headers.cookie = `oidc_resume=${uid}`
    const next = await wiki.ask(thief, `${it.issuer}/auth/${uid}`)
    expect(next.searchParams.get('code')).toBeNull()
    const bob = await it.signIn(BOB)
    bob.headers.cookie = `${bob.cookieHeader(it.server.url)}; oidc_resume=${uid}`
    expect((await bob.ask(`${it.issuer}/auth/${uid}`)).headers.get('location') ?? '').not.toContain('code=')
  })

  test('does not make the user agree by a form of another site', async () => {
    const shop = createRawParty(it, await it.addClient('shop', { skipConsent: false }))
    const { at } = await shop.answerTo(ada)
    const address = `${it.server.url}${at.pathname.replace('/authorize', '/auth/interactions')}`
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site', origin: EVIL }
    const init = { method: 'POST', body: JSON.stringify({ decision: 'allow' }), headers }
    expect((await ada.ask(address, init)).status).toBe(403)
    const plain = { ...init, headers: { 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' } }
    expect((await ada.ask(address, plain)).status).toBe(415)
    expect((await asked(it, ada, at)).step).toBe('consent')
  })

  test('does not date the request back to before the last proof', async () => {
    const surfer = await it.signIn(ADA)
    await new Promise(resolve => setTimeout(resolve, 1100))
    const { at } = await wiki.answerTo(surfer, { prompt: 'login', asked_at: '1' })
    expect((await asked(it, surfer, at)).step).toBe('prove')
  })
})

describe('a forged ID token as a hint', () => {
  async function forgeries(): Promise<[string, string][]> {
    const { id_token } = await wiki.tokensOf(ada)
    const claims = decodeJwt(id_token)
    const { keys } = await bodyOf<{ keys: { kid: string; alg: string; kty: string }[] }>(
      await fetch(`${it.issuer}/jwks`),
    )
    const rsa = keys.find(({ alg }) => alg === 'RS256') ?? { kid: '', alg: '', kty: '' }
    const publicKey = await importJWK(rsa, 'RS256', { extractable: true })
    const asSecret = new TextEncoder().encode(publicKey instanceof CryptoKey ? await exportSPKI(publicKey) : '')
    const own = await generateKeyPair('RS256', { extractable: true })
    const signed = (header: { alg: string; kid?: string; jwk?: object; jku?: string }, key: CryptoKey | Uint8Array) =>
      new SignJWT(claims).setProtectedHeader(header).sign(key)
    const jwk = await exportJWK(own.publicKey)
    return [
      ['with alg none', new UnsecuredJWT(claims).encode()],
      ['by the public key as a secret', await signed({ alg: 'HS256', kid: rsa.kid }, asSecret)],
      ['by a key of their own under our kid', await signed({ alg: 'RS256', kid: rsa.kid }, own.privateKey)],
      ['by a key in the header', await signed({ alg: 'RS256', kid: 'x', jwk }, own.privateKey)],
      ['by a key at an address', await signed({ alg: 'RS256', kid: 'x', jku: `${EVIL}/jwks` }, own.privateKey)],
      ['by a kid that is a path', await signed({ alg: 'RS256', kid: '../../etc/passwd' }, own.privateKey)],
      ['by a kid that is SQL', await signed({ alg: 'RS256', kid: "' OR 1=1 --" }, own.privateKey)],
      ['by no kid', await signed({ alg: 'RS256' }, own.privateKey)],
    ]
  }

  test('signs nobody out and gets no code', async () => {
    const surfer = await it.signIn(ADA)
    for (const [what, id_token_hint] of await forgeries()) {
      const at = await wiki.ask(surfer, `${it.issuer}/session/end?${new URLSearchParams({ id_token_hint })}`)
      expect(`${what}: ${at.pathname}`).toBe(`${what}: /application-problem`)
      const { answer } = await wiki.answerTo(surfer, { prompt: 'none', id_token_hint })
      expect(`${what}: ${answer.get('error')}`).toBe(`${what}: invalid_request`)
    }
    expect((await surfer.ask(`${it.server.url}/auth/session`)).status).toBe(200)
  })
})

describe('tokens elsewhere', () => {
  test('user info takes access tokens for it alone', async () => {
    const { id_token, refresh_token } = await wiki.tokensOf(ada)
    const { token } = await bodyOf<{ token: string }>(await ada.post(`${it.server.url}/auth/token`))
    for (const other of [id_token, refresh_token, token, 'x', "' OR 1=1 --", ''])
      expect((await wiki.userinfo(other)).status).toBeGreaterThanOrEqual(400)
    const inAddress = await fetch(`${it.issuer}/me?access_token=${(await wiki.tokensOf(ada)).access_token}`)
    expect(inAddress.status).toBeGreaterThanOrEqual(400)
  })

  test('our API takes neither an access token for user info nor an ID token', async () => {
    const { access_token, id_token } = await wiki.tokensOf(ada)
    for (const token of [access_token, id_token]) {
      const response = await fetch(`${it.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
      expect(response.status).toBe(401)
    }
  })

  test('are neither shown to another client nor revoked by it', async () => {
    const { access_token: token, refresh_token } = await wiki.tokensOf(ada)
    for (const each of [token, refresh_token])
      expect(await bodyOf(await neighbour.post('/token/introspection', { token: each }))).toEqual({ active: false })
    await neighbour.post('/token/revocation', { token })
    await neighbour.post('/token/revocation', { token: refresh_token })
    expect((await wiki.userinfo(token)).status).toBe(200)
    expect((await wiki.refresh(refresh_token)).status).toBe(200)
    expect((await wiki.post('/token/introspection', { token }, {})).status).toBeGreaterThanOrEqual(400)
  })
})

describe('requests out of shape', () => {
  test('do not change the addresses of the discovery document', async () => {
    const lines = [
      `X-Forwarded-Host: evil.example`,
      'X-Forwarded-Proto: gopher',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: host=evil.example',
      'X-Original-URL: /evil',
    ]
    const target = '/oidc/.well-known/openid-configuration'
    const spoofed = await sendRaw(it.server.port, head('GET', target, ...lines).replace('localhost', 'evil.example'))
    expect(spoofed.text).not.toContain('evil')
    const absolute = await sendRaw(it.server.port, head('GET', `http://evil.example${target}`))
    expect(absolute.text).not.toContain('evil')
  })

  test.each([
    ['none login', 'invalid_request'],
    ['none consent', 'invalid_request'],
    ['nonsense', 'invalid_request'],
    ['no_access', 'invalid_request'],
  ])('prompt=%s gets no code', async (prompt, error) => {
    const { answer } = await wiki.answerTo(ada, { prompt })
    expect([answer.get('error'), answer.get('code')]).toEqual([error, null])
  })

  test.each(['-1', 'x', '1e999', '9'.repeat(400)])('max_age=%s is no proof', async max_age => {
    const response = await ada.ask((await wiki.begin({ max_age })).url)
    expect(response.status).toBe(303)
  })

  test.each([
    { request: 'x.y.z' },
    { request_uri: `${EVIL}/request` },
    { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
    { registration: '{}' },
    { response_mode: 'web_message' },
    { response_type: 'code token' },
    { response_type: 'id_token' },
    { response_type: 'none' },
  ])('%o is refused', async changes => {
    const { at, answer } = await wiki.answerTo(ada, changes)
    const fragment = new URLSearchParams(at.hash.slice(1))
    expect(answer.get('error') ?? answer.get('problem') ?? fragment.get('error')).toBeTruthy()
    expect(answer.get('code') ?? fragment.get('code') ?? fragment.get('id_token')).toBeNull()
  })

  test('text of the request does not become markup or a header', async () => {
    const state = '"><script>alert(1)</script>\r\nSet-Cookie: evil=1'
    const form = await ada.ask((await wiki.begin({ response_mode: 'form_post', state })).url)
    expect(await form.text()).not.toContain('<script>alert')
    const plain = await ada.ask((await wiki.begin({ state })).url)
    expect(plain.headers.getSetCookie().join()).not.toContain('evil')
    const { at } = await wiki.answerTo(ada, { client_id: '<b>evil</b>' })
    expect(at.search).toBe('?problem=unknown_application')
  })

  test.each(['client_id', 'scope', 'login_hint', 'nonce', 'acr_values', 'ui_locales'])(
    'a long or odd %s breaks nothing',
    async name => {
      for (const value of ['x'.repeat(6000), "'; DROP TABLE Users --", '%00', '\u0000', '𝕬\uFFFF'])
        expect((await ada.ask((await wiki.begin({ [name]: value })).url)).status).toBeLessThan(500)
    },
  )

  test.each([
    ['JSON', { 'content-type': 'application/json' }, '{"grant_type":"refresh_token"}'],
    ['nothing', { 'content-type': 'application/x-www-form-urlencoded' }, ''],
    ['too much', { 'content-type': 'application/x-www-form-urlencoded' }, `code=${'x'.repeat(200_000)}`],
    ['a parameter twice', { 'content-type': 'application/x-www-form-urlencoded' }, 'grant_type=a&grant_type=b'],
  ])('%s at the token endpoint', async (_what, headers, body) => {
    const all = { ...headers, ...basic({ id: 'wiki', secret: wiki.secret }) }
    const { status } = await fetch(`${it.issuer}/token`, { method: 'POST', headers: all, body })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('an authorization request by POST leads to this server only, and not without end', async () => {
    const send = (body: string) =>
      fetch(`${it.issuer}/auth`, { method: 'POST', body, headers: FORM, redirect: 'manual' })
    const odd = await send('\r\nLocation: https://evil.example&x=//evil')
    expect(new URL(odd.headers.get('location') ?? '', it.issuer).origin).toBe(it.server.env.BASE_URL)
    expect((await send('x'.repeat(9000))).status).toBe(413)
  })

  test('a browser with too many cookies is refused without a fault', async () => {
    const surfer = new Surfer()
    surfer.headers.cookie = Array.from({ length: 300 }, (_, at) => `c${at}=${'x'.repeat(30)}`).join('; ')
    expect((await surfer.ask((await wiki.begin()).url)).status).toBeLessThan(500)
  })

  test.each(['//auth', '/AUTH', '/auth/../token', '/auth/%2e%2e/token', '/device/../../auth'])('%s', async path => {
    const answer = await sendRaw(it.server.port, head('GET', `/oidc${path}`))
    expect(answer.status).toBeGreaterThanOrEqual(300)
    expect(answer.status).toBeLessThan(500)
    expect(answer.headers.location ?? '').not.toContain('code=')
  })
})

describe('scripts of other sites', () => {
  const corsOf = async (path: string, init: RequestInit) =>
    (await fetch(it.issuer + path, init)).headers.get('access-control-allow-origin')

  test('read no tokens of a client with a secret, and those of a public one from its own origin', async () => {
    await it.addClient('spa', { authMethod: 'client_secret_post' })
    await Client.update({ authMethod: 'none' }, { where: { id: 'spa' } })
    function request(client_id: string, origin: string) {
      const body = new URLSearchParams({ client_id, grant_type: 'refresh_token', refresh_token: 'x' })
      return { method: 'POST', body, headers: { origin } }
    }
    expect(await corsOf('/token', request('spa', new URL(CALLBACK).origin))).toBe(new URL(CALLBACK).origin)
    expect(await corsOf('/token', request('spa', EVIL))).toBeNull()
    expect(await corsOf('/token', request('wiki', new URL(CALLBACK).origin))).toBeNull()
  })

  test('read no user info', async () => {
    const { access_token } = await wiki.tokensOf(ada)
    const headers = { origin: EVIL, authorization: `Bearer ${access_token}` }
    expect(await corsOf('/me', { headers })).toBeNull()
  })
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
