import { createHash, randomUUID } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { minutes } from '../../src/durations.ts'
import { ADA } from '../support/harness.ts'
import { startOpenidProvider } from '../support/openid-provider.ts'
import { createRawParty, errorOf, type RawParty, type Tokens } from '../support/raw-party.ts'
import { bodyOf, type Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let wiki: RawParty
let neighbour: RawParty
let spa: RawParty
let ada: Surfer
beforeAll(async () => {
  it = await startOpenidProvider({ OPENID_PAR: 'true', OPENID_DPOP: 'true' })
  await it.server.register(ADA)
  wiki = createRawParty(it, await it.addClient('wiki'))
  neighbour = createRawParty(it, await it.addClient('neighbour'))
  await it.addClient('spa')
  await Client.update({ authMethod: 'none' }, { where: { id: 'spa' } })
  spa = createRawParty(it, { id: 'spa' })
  ada = await it.signIn(ADA)
})
afterAll(() => it.server.close())

describe('a request that was sent ahead', () => {
  type Pushed = { request_uri: string; expires_in: number }

  async function push(party = wiki) {
    const { parameters, verifier } = await party.begin()
    const { request_uri } = await bodyOf<Pushed>(await party.post('/request', parameters))
    return { request_uri, verifier }
  }

  function open(party: RawParty, request_uri: string, more: Record<string, string> = {}) {
    return party.ask(ada, `${it.issuer}/auth?${new URLSearchParams({ client_id: party.id, request_uri, ...more })}`)
  }

  const PROBLEM = '/application-problem'

  test('gives one code, which its verifier redeems', async () => {
    const { request_uri, verifier } = await push()
    const code = (await open(wiki, request_uri)).searchParams.get('code') ?? ''
    expect((await wiki.redeem(code, verifier)).status).toBe(200)
    const again = await open(wiki, request_uri)
    expect([again.pathname, again.searchParams.get('code')]).toEqual([PROBLEM, null])
  })

  test('is of no use to another client', async () => {
    const { request_uri } = await push()
    const at = await open(neighbour, request_uri)
    expect([at.pathname, at.searchParams.get('code')]).toEqual([PROBLEM, null])
  })

  test('expires', async () => {
    const { request_uri } = await push()
    const expires = new Date(Date.now() - minutes(1))
    await OidcArtifact.update({ expires }, { where: { kind: 'PushedAuthorizationRequest' } })
    expect((await open(wiki, request_uri)).pathname).toBe(PROBLEM)
  })

  test('is not changed by the address that names it', async () => {
    const { request_uri } = await push()
    const at = await open(wiki, request_uri, { redirect_uri: 'https://evil.example/', state: 'other' })
    expect(at.hostname).not.toBe('evil.example')
    expect(at.searchParams.get('state')).not.toBe('other')
  })

  test('is neither made up nor fetched', async () => {
    for (const request_uri of ['urn:ietf:params:oauth:request_uri:made-up', `${it.server.url}/request.jwt`])
      expect((await open(wiki, request_uri)).pathname).toBe(PROBLEM)
  })

  test('is taken only from the client itself, and names no other request', async () => {
    const { parameters } = await wiki.begin()
    expect((await wiki.post('/request', parameters, {})).status).toBe(401)
    const other = await neighbour.post('/request', parameters)
    expect(other.status).toBeGreaterThanOrEqual(400)
    const { request_uri } = await push()
    expect((await wiki.post('/request', { ...parameters, request_uri })).status).toBe(400)
  })
})

describe('a token that is bound to a key', () => {
  type Claims = { htm?: string; htu?: string; iat?: number; ath?: string; jti?: string }
  type Key = Awaited<ReturnType<typeof newKey>>

  async function newKey() {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    return { privateKey, jwk: await exportJWK(publicKey) }
  }

  /** A proof for the token endpoint, changed by these claims. */
  function proof({ privateKey, jwk }: Key, claims: Claims = {}) {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ htm: 'POST', htu: `${it.issuer}/token`, iat: now, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey)
  }

  async function redeem(dpop: string) {
    const { answer, verifier } = await spa.answerTo(ada)
    return spa.redeem(answer.get('code') ?? '', verifier, { client_id: 'spa' }, { dpop })
  }

  async function bound() {
    const key = await newKey()
    const tokens = await bodyOf<Tokens & { token_type: string }>(await redeem(await proof(key)))
    return { key, ...tokens }
  }

  const refresh = (token: string, headers: Record<string, string>) => spa.refresh(token, { client_id: 'spa' }, headers)
  const athOf = (token: string) => createHash('sha256').update(token).digest('base64url')
  const ME = () => ({ htm: 'GET', htu: `${it.issuer}/me` })

  function userinfo(token: string, dpop: string) {
    return fetch(`${it.issuer}/me`, { headers: { authorization: `DPoP ${token}`, dpop } })
  }

  test('is used with proofs of that key', async () => {
    const { key, access_token, refresh_token, token_type } = await bound()
    expect(token_type).toBe('DPoP')
    const ath = athOf(access_token)
    expect((await userinfo(access_token, await proof(key, { ...ME(), ath }))).status).toBe(200)
    expect((await refresh(refresh_token, { dpop: await proof(key) })).status).toBe(200)
  })

  const mistakes: [string, () => Claims][] = [
    ['another method', () => ({ htm: 'GET' })],
    ['another endpoint', () => ({ htu: `${it.issuer}/me` })],
    ['another server', () => ({ htu: 'https://evil.example/oidc/token' })],
    ['an hour ago', () => ({ iat: Math.floor(Date.now() / 1000) - 3600 })],
    ['in an hour', () => ({ iat: Math.floor(Date.now() / 1000) + 3600 })],
  ]
  test.each(mistakes)('is not issued for a proof for %s', async (_what, claims) => {
    const response = await redeem(await proof(await newKey(), claims()))
    expect(await errorOf(response)).toEqual({ status: 400, error: 'invalid_dpop_proof' })
  })

  test('is not issued for a proof that was used before', async () => {
    const dpop = await proof(await newKey())
    expect((await redeem(dpop)).status).toBe(200)
    expect(await errorOf(await redeem(dpop))).toEqual({ status: 400, error: 'invalid_grant' })
  })

  test('is not issued for a proof that another key signed', async () => {
    const { privateKey } = await newKey()
    const { jwk } = await newKey()
    expect((await errorOf(await redeem(await proof({ privateKey, jwk })))).error).toBe('invalid_dpop_proof')
  })

  test('is not used without a proof, by another key, or by a proof for another token', async () => {
    const { key, access_token } = await bound()
    const ath = athOf(access_token)
    expect((await spa.userinfo(access_token)).status).toBe(401)
    expect((await userinfo(access_token, '')).status).toBeGreaterThanOrEqual(400)
    expect((await userinfo(access_token, await proof(await newKey(), { ...ME(), ath }))).status).toBe(401)
    expect((await userinfo(access_token, await proof(key, { ...ME(), ath: athOf('other') }))).status).toBe(401)
    expect((await userinfo(access_token, await proof(key, ME()))).status).toBe(401)
    const once = await proof(key, { ...ME(), ath })
    expect((await userinfo(access_token, once)).status).toBe(200)
    expect((await userinfo(access_token, once)).status).toBe(401)
  })

  test('is not refreshed without a proof or by another key', async () => {
    const { key, refresh_token } = await bound()
    expect((await refresh(refresh_token, {})).status).toBe(400)
    expect((await refresh(refresh_token, { dpop: await proof(await newKey()) })).status).toBe(400)
    expect((await refresh(refresh_token, { dpop: await proof(key) })).status).toBe(200)
  })

  test('is refused by our own API, which checks no proofs', async () => {
    const surfer = await it.signIn(ADA)
    expect(await statusAtApi(surfer, {})).toEqual({ isBound: false, status: 200 })
    expect(await statusAtApi(surfer, { dpop: await proof(await newKey()) })).toEqual({ isBound: true, status: 401 })
  })

  async function statusAtApi(surfer: Surfer, headers: Record<string, string>) {
    const resource = it.server.env.TOKEN_AUDIENCE
    const changes = { resource, scope: 'users:read', nonce: undefined, prompt: 'consent' }
    const { at, verifier } = await spa.answerTo(surfer, changes)
    const page = `${it.server.url}${at.pathname.replace('/authorize', '/auth/interactions')}`
    const { continueTo } = await bodyOf<{ continueTo: string }>(await surfer.post(page, { decision: 'allow' }))
    const code = (await spa.ask(surfer, it.server.url + continueTo)).searchParams.get('code') ?? ''
    const response = await spa.redeem(code, verifier, { client_id: 'spa', resource }, headers)
    const { access_token } = await bodyOf<Tokens>(response)
    const authorization = `Bearer ${access_token}`
    const { status } = await fetch(`${it.server.url}/api/v1/me`, { headers: { authorization } })
    return { isBound: decodeJwt(access_token).cnf !== undefined, status }
  }
})
