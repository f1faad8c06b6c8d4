import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { seconds } from '../../src/durations.ts'
import { ADA, BOB } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { asked, createRawParty, errorOf, proveAgain, type RawParty, type Tokens } from '../support/raw-party.ts'
import { bodyOf, Surfer } from '../support/surfer.ts'

const BYE = 'https://wiki.example.org/bye'

/** The demands of the OpenID Foundation's conformance tests for providers, under the names of its test modules. */
let it: Awaited<ReturnType<typeof startOpenidProvider>>
let wiki: RawParty
let ada: Surfer
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  wiki = createRawParty(it, await it.addClient('wiki'))
  ada = await it.signIn(ADA)
})
afterAll(() => it.server.close())

type Discovery = Record<string, unknown> & { jwks_uri: string }

async function discovery(): Promise<Discovery> {
  const response = await fetch(`${it.issuer}/.well-known/openid-configuration`)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  return bodyOf<Discovery>(response)
}

async function verified(idToken: string, audience = 'wiki') {
  const keys = createRemoteJWKSet(new URL((await discovery()).jwks_uri))
  return jwtVerify(idToken, keys, { issuer: it.issuer, audience })
}

async function claimsAt(surfer: Surfer, changes: Record<string, string>) {
  const tokens = await wiki.tokensOf(surfer, changes)
  const info = await bodyOf<Record<string, unknown>>(await wiki.userinfo(tokens.access_token))
  return { tokens, info, idToken: decodeJwt(tokens.id_token) }
}

/** With parameters that may be ignored. */
async function expectCode(changes: Record<string, string | undefined>) {
  const { answer, verifier } = await wiki.answerTo(ada, changes)
  expect(Object.fromEntries(answer)).toMatchObject({ code: expect.any(String), iss: it.issuer })
  expect(answer.get('state')).toBe('kept')
  expect((await wiki.redeem(answer.get('code') ?? '', verifier)).status).toBe(200)
}

describe('Config OP', () => {
  test('oidcc-discovery-endpoint-verification', async () => {
    const metadata = await discovery()
    expect(metadata.issuer).toBe(it.issuer)
    expect(metadata.subject_types_supported).toContain('public')
    expect(metadata.response_types_supported).toEqual(['code'])
    expect(metadata.id_token_signing_alg_values_supported).toContain('RS256')
    expect(metadata.id_token_signing_alg_values_supported).not.toContain('none')
    expect(metadata.scopes_supported).toContain('openid')
    for (const name of ['authorization', 'token', 'userinfo'])
      expect(metadata[`${name}_endpoint`]).toMatch(new RegExp(`^${it.issuer}/`))
  })

  test('oidcc-discovery-jwks', async () => {
    const { keys } = await bodyOf<{ keys: Record<string, string>[] }>(await fetch(`${it.issuer}/jwks`))
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) {
      expect(key).toMatchObject({ kid: expect.any(String), kty: expect.any(String), use: 'sig' })
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret)
    }
  })
})

describe('Basic OP', () => {
  test('oidcc-server', async () => {
    const { answer, verifier } = await wiki.answerTo(ada)
    const response = await wiki.redeem(answer.get('code') ?? '', verifier)
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(await bodyOf(response)).toMatchObject({
      access_token: expect.any(String),
      id_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
    })
  })

  test('oidcc-response-type-missing', async () => {
    const { answer } = await wiki.answerTo(ada, { response_type: undefined })
    expect(answer.get('error')).toBe('invalid_request')
    expect(answer.get('state')).toBe('kept')
  })

  test('oidcc-idtoken-signature', async () => {
    const { id_token } = await wiki.tokensOf(ada, { nonce: 'n-1' })
    const { protectedHeader, payload } = await verified(id_token)
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
    expect(payload).toMatchObject({ nonce: 'n-1', aud: 'wiki', sub: expect.any(String) })
    expect(payload.exp).toBeGreaterThan(payload.iat ?? Number.POSITIVE_INFINITY)
  })

  test('oidcc-idtoken-rs256', async () => {
    const { keys } = await bodyOf<{ keys: { kid: string; alg: string }[] }>(await fetch(`${it.issuer}/jwks`))
    const { kid } = decodeProtectedHeader((await wiki.tokensOf(ada)).id_token)
    expect(keys.find(key => key.kid === kid)?.alg).toBe('RS256')
  })

  test('oidcc-userinfo-get', async () => {
    const { info, idToken } = await claimsAt(ada, {})
    expect(info.sub).toBe(idToken.sub)
  })

  test('oidcc-userinfo-post-header', async () => {
    const { access_token } = await wiki.tokensOf(ada)
    const response = await wiki.post('/me', {}, { authorization: `Bearer ${access_token}` })
    expect(await bodyOf(response)).toMatchObject({ email: ADA.email })
  })

  test('oidcc-userinfo-post-body', async () => {
    const { access_token } = await wiki.tokensOf(ada)
    expect(await bodyOf(await wiki.post('/me', { access_token }, {}))).toMatchObject({ email: ADA.email })
  })

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { id_token } = await wiki.tokensOf(ada, { nonce: '' })
    expect(decodeJwt(id_token)).not.toHaveProperty('nonce')
    await expectCode({ nonce: undefined })
  })

  test('oidcc-scope-profile', async () => {
    const { info } = await claimsAt(ada, { scope: 'openid profile' })
    expect(info).toMatchObject({ name: ADA.name })
    expect(info).not.toHaveProperty('email')
  })

  test('oidcc-scope-email', async () => {
    const { info } = await claimsAt(ada, { scope: 'openid email' })
    expect(info).toMatchObject({ email: ADA.email, email_verified: false })
    expect(info).not.toHaveProperty('name')
  })

  test('oidcc-scope-all', async () => {
    const { info } = await claimsAt(ada, { scope: 'openid profile email address phone' })
    expect(info).toMatchObject({ name: ADA.name, email: ADA.email })
  })

  test('oidcc-ensure-other-scope-order-succeeds', async () => {
    const { info } = await claimsAt(ada, { scope: 'email openid' })
    expect(info).toMatchObject({ email: ADA.email })
  })

  test.each(['page', 'popup'])('oidcc-display-%s', display => expectCode({ display }))

  test('oidcc-prompt-login', async () => {
    const surfer = await it.signIn(ADA)
    const first = decodeJwt((await wiki.tokensOf(surfer)).id_token)
    await aSecond()
    const { at, verifier } = await wiki.answerTo(surfer, { prompt: 'login' })
    expect((await asked(it, surfer, at)).step).toBe('prove')
    await proveAgain(it, surfer)
    const second = decodeJwt((await goOn(surfer, at, verifier)).id_token)
    expect(second.sub).toBe(first.sub)
    expect(Number(second.auth_time)).toBeGreaterThan(Number(first.auth_time))
  })

  test('oidcc-prompt-none-not-logged-in', async () => {
    const { answer } = await wiki.answerTo(new Surfer(), { prompt: 'none' })
    expect(answer.get('error')).toBe('login_required')
    expect(answer.get('state')).toBe('kept')
    expect(answer.get('code')).toBeNull()
  })

  test('oidcc-prompt-none-logged-in', async () => {
    const [first, second] = [await wiki.tokensOf(ada), await wiki.tokensOf(ada, { prompt: 'none' })]
    const [one, other] = [decodeJwt(first.id_token), decodeJwt(second.id_token)]
    expect([other.sub, other.auth_time]).toEqual([one.sub, one.auth_time])
  })

  test('oidcc-max-age-1', async () => {
    const surfer = await it.signIn(ADA)
    const first = decodeJwt((await wiki.tokensOf(surfer)).id_token)
    await aSecond()
    await aSecond()
    const { at, verifier } = await wiki.answerTo(surfer, { max_age: '1' })
    expect((await asked(it, surfer, at)).step).toBe('prove')
    await proveAgain(it, surfer)
    const second = decodeJwt((await goOn(surfer, at, verifier)).id_token)
    expect(Number(second.auth_time)).toBeGreaterThan(Number(first.auth_time))
  })

  test('oidcc-max-age-10000', async () => {
    const [first, second] = [await wiki.tokensOf(ada), await wiki.tokensOf(ada, { max_age: '10000' })]
    const [one, other] = [decodeJwt(first.id_token), decodeJwt(second.id_token)]
    expect(other).toMatchObject({ sub: one.sub, auth_time: one.auth_time })
  })

  test('oidcc-ensure-request-with-unknown-parameter-succeeds', () => expectCode({ extra: 'foobar' }))

  test('oidcc-id-token-hint', async () => {
    const { id_token } = await wiki.tokensOf(ada)
    const { answer, verifier } = await wiki.answerTo(ada, { prompt: 'none', id_token_hint: id_token })
    const again = await bodyOf<Tokens>(await wiki.redeem(answer.get('code') ?? '', verifier))
    expect(decodeJwt(again.id_token).sub).toBe(decodeJwt(id_token).sub)

    const bob = await wiki.answerTo(await it.signIn(BOB), { prompt: 'none', id_token_hint: id_token })
    expect(bob.answer.get('error')).toBe('login_required')
  })

  test('oidcc-login-hint', () => expectCode({ login_hint: 'buffy' }))
  test('oidcc-ui-locales', () => expectCode({ ui_locales: 'se' }))
  test('oidcc-claims-locales', () => expectCode({ claims_locales: 'se' }))
  test('oidcc-ensure-request-with-acr-values-succeeds', () => expectCode({ acr_values: '1 2' }))

  test('oidcc-codereuse', async () => {
    const { answer, verifier } = await wiki.answerTo(ada)
    const code = answer.get('code') ?? ''
    expect((await wiki.redeem(code, verifier)).status).toBe(200)
    expect(await errorOf(await wiki.redeem(code, verifier))).toEqual({ status: 400, error: 'invalid_grant' })
  })

  test('oidcc-codereuse-30seconds', async () => {
    const surfer = await it.signIn(ADA)
    const { answer, verifier } = await wiki.answerTo(surfer)
    const code = answer.get('code') ?? ''
    const { access_token } = await bodyOf<Tokens>(await wiki.redeem(code, verifier))
    expect((await wiki.userinfo(access_token)).status).toBe(200)
    await OidcArtifact.update(
      { consumedAt: new Date(Date.now() - seconds(30)) },
      { where: { kind: 'AuthorizationCode' } },
    )
    expect(await errorOf(await wiki.redeem(code, verifier))).toEqual({ status: 400, error: 'invalid_grant' })
    expect((await wiki.userinfo(access_token)).status).toBe(401)
  })

  test('oidcc-ensure-registered-redirect-uri', async () => {
    const { at } = await wiki.answerTo(ada, { redirect_uri: 'https://wiki.example.org/other' })
    expect(at.pathname + at.search).toBe('/application-problem?problem=redirect_uri_not_registered')
  })

  test('oidcc-ensure-post-request-succeeds', async () => {
    const { parameters, verifier } = await wiki.begin()
    const form = new URLSearchParams(parameters)
    // A browser sends a form from another site without the session cookie.
    const posted = await fetch(`${it.issuer}/auth`, { method: 'POST', body: form, redirect: 'manual' })
    expect(posted.status).toBe(303)
    const at = await wiki.ask(ada, new URL(posted.headers.get('location') ?? '', it.issuer))
    expect((await wiki.redeem(at.searchParams.get('code') ?? '', verifier)).status).toBe(200)
  })

  test('oidcc-server-client-secret-post', async () => {
    const { id, secret } = await it.addClient('poster', { authMethod: 'client_secret_post' })
    const poster = createRawParty(it, { id, secret })
    const { answer, verifier } = await poster.answerTo(ada)
    const credentials = { client_id: id, client_secret: secret }
    expect((await poster.redeem(answer.get('code') ?? '', verifier, credentials, {})).status).toBe(200)
  })

  test.each([
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'oidcc-ensure-request-object-with-redirect-uri',
  ])('%s', async () => {
    expect(await discovery()).toMatchObject({ request_uri_parameter_supported: false })
    const encoded = [{ alg: 'none' }, { redirect_uri: 'https://evil.example/' }].map(part =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const { answer } = await wiki.answerTo(ada, { request: `${encoded.join('.')}.` })
    expect(answer.get('error')).toBe('request_not_supported')
  })

  test('oidcc-claims-essential', async () => {
    expect((await discovery()).claims_parameter_supported).toBe(false)
    await expectCode({ claims: JSON.stringify({ userinfo: { name: { essential: true } } }) })
  })

  test('oidcc-refresh-token', async () => {
    const response = await wiki.refresh((await wiki.tokensOf(ada)).refresh_token)
    const second = await bodyOf<Tokens>(response)
    expect(decodeJwt(second.id_token)).toMatchObject({ iss: it.issuer, aud: 'wiki', sub: expect.any(String) })
    expect((await wiki.userinfo(second.access_token)).status).toBe(200)

    const neighbour = createRawParty(it, await it.addClient('neighbour'))
    expect(await errorOf(await neighbour.refresh(second.refresh_token))).toMatchObject({ error: 'invalid_grant' })
  })

  test('oidcc-ensure-request-with-valid-pkce-succeeds', () => expectCode({}))
})

describe('RP-Initiated Logout OP', () => {
  /** Signs in, asks for a sign-out. @returns where the browser ends, and whether it is still signed in */
  async function signOut(parameters: (idToken: string) => Record<string, string>) {
    const surfer = await it.signIn(ADA)
    const { id_token } = await wiki.tokensOf(surfer)
    const at = await wiki.ask(surfer, `${it.issuer}/session/end?${new URLSearchParams(parameters(id_token))}`)
    const { status } = await surfer.ask(`${it.server.url}/auth/session`)
    return { at, isSignedIn: status === 200 }
  }

  const back = { post_logout_redirect_uri: BYE, state: 'left' }

  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    expect((await discovery()).end_session_endpoint).toBe(`${it.issuer}/session/end`)
  })

  test('oidcc-rp-initiated-logout', async () => {
    const { at, isSignedIn } = await signOut(id_token_hint => ({ id_token_hint, ...back }))
    expect([at.href, isSignedIn]).toEqual([`${BYE}?state=left`, false])
  })

  test.each([
    ['bad-post-logout-redirect-uri', 'https://wiki.example.org/other'],
    ['query-added-to-post-logout-redirect-uri', `${BYE}?foo=bar`],
  ])('oidcc-rp-initiated-logout-%s', async (_name, uri) => {
    const { at, isSignedIn } = await signOut(id_token_hint => ({ id_token_hint, post_logout_redirect_uri: uri }))
    expect([at.pathname + at.search, isSignedIn]).toEqual(['/application-problem?problem=invalid_sign_out', true])
  })

  test('oidcc-rp-initiated-logout-modified-id-token-hint', async () => {
    const { at, isSignedIn } = await signOut(token => ({ id_token_hint: modified(token), ...back }))
    expect([at.pathname, isSignedIn]).toEqual(['/application-problem', true])
  })

  test('oidcc-rp-initiated-logout-bad-id-token-hint', async () => {
    const { at, isSignedIn } = await signOut(() => ({ id_token_hint: 'nonsense', ...back }))
    expect([at.pathname, isSignedIn]).toEqual(['/application-problem', true])
  })

  test('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
    const { at, isSignedIn } = await signOut(() => back)
    expect([at.pathname, isSignedIn]).toEqual(['/application-problem', true])
    const named = await signOut(() => ({ client_id: 'wiki', ...back }))
    expect([named.at.pathname, named.isSignedIn]).toEqual(['/sign-out', true])
  })

  test.each([
    ['no-params', {}],
    ['only-state', { state: 'left' }],
  ])('oidcc-rp-initiated-logout-%s', async (_name, parameters) => {
    const { at, isSignedIn } = await signOut(() => ({ ...parameters }))
    expect([at.pathname, isSignedIn]).toEqual(['/sign-out', true])
  })

  test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
    const { at, isSignedIn } = await signOut(id_token_hint => ({ id_token_hint, state: 'left' }))
    expect([at.href, isSignedIn]).toEqual([`${it.server.env.BASE_URL}/sign-in`, false])
  })

  test('oidcc-rp-initiated-logout-no-state', async () => {
    const { at, isSignedIn } = await signOut(id_token_hint => ({ id_token_hint, post_logout_redirect_uri: BYE }))
    expect([at.href, isSignedIn]).toEqual([BYE, false])
  })
})

describe('Back-Channel Logout OP', () => {
  test('oidcc-backchannel-rp-initiated-logout-discovery-endpoint-verification', async () => {
    expect(await discovery()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })
})

function modified(token: string): string {
  const [head, , signature] = token.split('.')
  const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: 'somebody' })).toString('base64url')
  return [head, claims, signature].join('.')
}

const aSecond = () => new Promise(resolve => setTimeout(resolve, 1100))

async function goOn(surfer: Surfer, page: URL, verifier: string): Promise<Tokens> {
  const { continueTo } = await asked(it, surfer, page)
  const at = await wiki.ask(surfer, it.server.url + continueTo)
  expect(at.href.startsWith(CALLBACK)).toBe(true)
  return bodyOf<Tokens>(await wiki.redeem(at.searchParams.get('code') ?? '', verifier))
}
