import { decodeJwt, decodeProtectedHeader } from 'jose'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  randomPKCECodeVerifier,
} from 'openid-client'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { grant } from '../support/api-client.ts'
import { ADA, BOB } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import type { Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let config: Configuration
let audience: string
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  await grant(BOB, 'admin')
  config = await it.relyingParty(await it.addClient('agent'))
  audience = it.server.env.TOKEN_AUDIENCE
})
afterAll(() => it.server.close())

/** Asks for a token for our own API and consents. */
async function apiToken(surfer: Surfer, scope: string) {
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    resource: audience,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const page = await leads(surfer, url)
  const asks = page.pathname.startsWith('/authorize/')
  const answer = asks ? await allow(surfer, page) : page
  const tokens = await authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier }, { resource: audience })
  return { asks, answer, verifier, token: tokens.access_token }
}

async function leads(surfer: Surfer, url: URL | string) {
  return new URL((await surfer.ask(url)).headers.get('location') ?? '', it.server.env.BASE_URL)
}

async function allow(surfer: Surfer, page: URL) {
  const at = `${it.server.url}${page.pathname.replace('/authorize', '/auth/interactions')}`
  const decided = (await (await surfer.post(at, { decision: 'allow' })).json()) as { continueTo: string }
  return leads(surfer, it.server.url + decided.continueTo)
}

const get = (at: string, token: string) => supertest(it.server.url).get(at).set('Authorization', `Bearer ${token}`)

describe('a token for our own API', () => {
  test('is asked for even where consent is skipped, and may do what user and scope both allow', async () => {
    const surfer = await it.signIn(BOB)
    const { asks, token } = await apiToken(surfer, 'users:read')
    expect(asks).toBe(true)
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' })
    expect(decodeJwt(token)).toMatchObject({ aud: audience, iss: it.issuer, client_id: 'agent', scope: 'users:read' })
    await get('/api/v1/users', token).expect(200)
    await get('/api/v1/roles', token).expect(403)
    await surfer.post(`${it.server.url}/auth/logout`)
    await get('/api/v1/users', token).expect(401)
  })

  test('of a user without the permission opens nothing', async () => {
    const { token } = await apiToken(await it.signIn(ADA), 'users:read')
    await get('/api/v1/me', token).expect(200)
    await get('/api/v1/users', token).expect(403)
  })

  describe('is dead on the next request', () => {
    test.each<[string, (surfer: Surfer) => Promise<unknown>, (() => Promise<unknown>)?]>([
      [
        'after its application was disabled',
        () => Client.update({ disabledAt: new Date() }, { where: { id: 'agent' } }),
        () => Client.update({ disabledAt: null }, { where: { id: 'agent' } }),
      ],
      [
        'after its application was closed to the user',
        () => Client.update({ roles: ['accountant'] }, { where: { id: 'agent' } }),
        () => Client.update({ roles: null }, { where: { id: 'agent' } }),
      ],
      [
        'after the user withdrew the consent',
        surfer => surfer.ask(`${it.server.url}/auth/applications/agent`, { method: 'DELETE' }),
      ],
    ])('%s', async (_when, change, undo = async () => {}) => {
      const surfer = await it.signIn(BOB)
      const { token } = await apiToken(surfer, 'users:read')
      await get('/api/v1/users', token).expect(200)
      await change(surfer)
      await get('/api/v1/users', token).expect(401)
      await undo()
    })

    test('after a code or refresh token of its sign-in was used twice', async () => {
      const { answer, verifier, token } = await apiToken(await it.signIn(BOB), 'users:read')
      await get('/api/v1/users', token).expect(200)
      await expect(
        authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier }, { resource: audience }),
      ).rejects.toMatchObject({ error: 'invalid_grant' })
      await get('/api/v1/users', token).expect(401)
    })
  })

  test('never counts as a fresh proof', async () => {
    const { token } = await apiToken(await it.signIn(BOB), 'users:write')
    await supertest(it.server.url)
      .post('/api/v1/sessions/end-all')
      .set('Authorization', `Bearer ${token}`)
      .send({ confirm: true })
      .expect(answer => expect([401, 403]).toContain(answer.status))
  })

  test('is not for an application itself', async () => {
    const robot = await it.relyingParty(
      await it.addClient('robot', { grantTypes: ['client_credentials'], redirectUris: [], ownScopes: ['users:read'] }),
    )
    await expect(clientCredentialsGrant(robot, { resource: audience, scope: 'users:read' })).rejects.toMatchObject({
      error: 'invalid_target',
    })
  })

  test('nor an ID token or a token of another resource opens the API', async () => {
    const surfer = await it.signIn(BOB)
    const { token } = await apiToken(surfer, 'users:read')
    const [header, payload, signature = ''] = token.split('.')
    await get(
      '/api/v1/users',
      [header, payload, signature.replace(/^./, first => (first === 'A' ? 'B' : 'A'))].join('.'),
    ).expect(401)
  })
})

describe('client credentials', () => {
  beforeAll(async () => {
    await it.addClient('orders', {
      resource: 'https://orders.example.org',
      resourceScopes: ['orders:read', 'orders:write'],
      redirectUris: [],
      grantTypes: ['client_credentials'],
    })
  })

  test('give a client its own scopes at a resource, as nobody’s user', async () => {
    const robot = await it.relyingParty(
      await it.addClient('reporter', {
        grantTypes: ['client_credentials'],
        redirectUris: [],
        ownScopes: ['orders:read'],
      }),
    )
    const { access_token, scope } = await clientCredentialsGrant(robot, { scope: 'orders:read orders:write' })
    expect(scope).toBe('orders:read')
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    const claims = decodeJwt(access_token)
    expect(claims).toMatchObject({
      aud: 'https://orders.example.org',
      sub: 'reporter',
      client_id: 'reporter',
      scope: 'orders:read',
    })
    expect(claims.sid).toBeUndefined()
    await get('/api/v1/me', access_token).expect(401)
  })
})

describe('programs find their way', () => {
  test('a refusal names the metadata of the API, which name the issuer', async () => {
    const refused = await supertest(it.server.url).get('/api/v1/me').expect(401)
    const address = /resource_metadata="([^"]+)"/.exec(refused.headers['www-authenticate'] ?? '')?.[1] ?? ''
    expect(address).toBe(`${it.server.env.BASE_URL}/.well-known/oauth-protected-resource/api`)
    const { body } = await supertest(it.server.url).get(new URL(address).pathname).expect(200)
    expect(body).toMatchObject({ resource: audience, authorization_servers: [it.issuer] })
    const { body: metadata } = await supertest(it.server.url)
      .get('/.well-known/oauth-authorization-server/oidc')
      .expect(200)
    expect(metadata).toMatchObject({ issuer: it.issuer, token_endpoint: `${it.issuer}/token` })
  })
})
