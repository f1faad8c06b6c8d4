import {
  type Configuration,
  fetchUserInfo,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  refreshTokenGrant,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OidcArtifact } from '../../models/oidc-artifact.ts'
import { DEVICE_GRANT } from '../../src/provider/client-schema.ts'
import { grant } from '../support/api-client.ts'
import { codeOf } from '../support/enrol.ts'
import { ADA, BOB } from '../support/harness.ts'
import { startOpenidProvider } from '../support/openid-provider.ts'
import { bodyOf, type Surfer } from '../support/surfer.ts'

const DEVICE = { grantTypes: [DEVICE_GRANT, 'refresh_token'], redirectUris: [] }

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let config: Configuration
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  config = await deviceClient('tv', { name: 'The TV' })
})
afterAll(() => it.server.close())

async function deviceClient(id: string, properties: Parameters<typeof it.addClient>[1] = {}) {
  return it.relyingParty(await it.addClient(id, { ...DEVICE, ...properties }))
}

const start = (party = config, parameters: Record<string, string> = {}) =>
  initiateDeviceAuthorization(party, { scope: 'openid email', ...parameters })

type Started = Awaited<ReturnType<typeof start>>

/** Asks for the tokens at once. */
const poll = (started: Started, party = config) =>
  pollDeviceAuthorizationGrant(party, { ...started, interval: 0.01 }, undefined, { signal: AbortSignal.timeout(5000) })

const look = (surfer: Surfer, userCode: string) => surfer.post(`${it.server.url}/auth/device`, { userCode })
const decide = (surfer: Surfer, userCode: string, decision = 'allow') =>
  surfer.post(`${it.server.url}/auth/device/decision`, { userCode, decision })
const stepOf = async (surfer: Surfer, userCode: string) =>
  (await bodyOf<{ step: string }>(await look(surfer, userCode))).step

describe('a device that the user allows', () => {
  test('shows who it is, and gets its tokens', async () => {
    const surfer = await it.signIn(ADA)
    const started = await start()
    expect(await bodyOf(await look(surfer, started.user_code))).toMatchObject({
      step: 'consent',
      client: { id: 'tv', name: 'The TV', host: null },
      scopes: ['openid', 'email'],
      resources: [],
      address: '127.0.0.1',
    })
    expect((await decide(surfer, started.user_code.toLowerCase().replace('-', ' '))).status).toBe(200)
    const tokens = await poll(started)
    expect(tokens.claims()).toMatchObject({ email: ADA.email, acr: 'urn:latchkey:acr:1', amr: ['pwd'] })
    const { sub = '' } = tokens.claims() ?? {}
    expect(await fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ email: ADA.email })
    expect((await refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toBeTruthy()
  })

  test('loses them with the session that allowed it', async () => {
    const surfer = await it.signIn(ADA)
    const started = await start()
    await decide(surfer, started.user_code)
    const waiting = await start()
    await decide(surfer, waiting.user_code)
    const tokens = await poll(started)
    await surfer.post(`${it.server.url}/auth/logout`)
    await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(poll(waiting)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('is listed, and loses them by a withdrawal', async () => {
    const surfer = await it.signIn(ADA)
    const started = await start()
    await decide(surfer, started.user_code)
    const tokens = await poll(started)
    const { granted } = await bodyOf<{ granted: { id: string }[] }>(
      await surfer.ask(`${it.server.url}/auth/applications`),
    )
    expect(granted.map(({ id }) => id)).toContain('tv')
    await surfer.ask(`${it.server.url}/auth/applications/tv`, { method: 'DELETE' })
    await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('gets a token for our own API', async () => {
    await grant(BOB, 'admin')
    const surfer = await it.signIn(BOB)
    const resource = it.server.env.TOKEN_AUDIENCE
    const started = await start(config, { scope: 'openid users:read', resource })
    expect(await bodyOf(await look(surfer, started.user_code))).toMatchObject({
      scopes: ['openid'],
      resources: [{ resource, scopes: ['users:read'] }],
    })
    await decide(surfer, started.user_code)
    const { access_token } = await poll(started)
    const ask = (path: string) =>
      fetch(`${it.server.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${access_token}` } })
    expect((await ask('users')).status).toBe(200)
    expect((await ask('roles')).status).toBe(403)
  })
})

test('a device that the user denies is told so', async () => {
  const surfer = await it.signIn(ADA)
  const started = await start()
  expect((await decide(surfer, started.user_code, 'deny')).status).toBe(200)
  await expect(poll(started)).rejects.toMatchObject({ error: 'access_denied' })
  expect((await decide(surfer, started.user_code)).status).toBe(404)
})

describe('a code', () => {
  test('is decided once, by one of two users', async () => {
    const people = [await it.signIn(ADA), await it.signIn(BOB)]
    const { user_code } = await start()
    const answers = await Promise.all(people.map(surfer => decide(surfer, user_code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    for (const surfer of people) expect((await look(surfer, user_code)).status).toBe(404)
  })

  test('ends after ten minutes', async () => {
    const surfer = await it.signIn(ADA)
    const { user_code } = await start()
    await OidcArtifact.update({ expires: new Date(Date.now() - 1000) }, { where: { kind: 'DeviceCode' } })
    expect((await look(surfer, user_code)).status).toBe(404)
    expect((await decide(surfer, user_code)).status).toBe(404)
  })

  test('leads from the address that the device shows to the page', async () => {
    const { verification_uri, verification_uri_complete = '', user_code } = await start()
    const surfer = await it.signIn(ADA)
    const locationOf = async (url: string) => (await surfer.ask(url)).headers.get('location')
    expect(await locationOf(verification_uri)).toBe('/device')
    expect(await locationOf(verification_uri_complete)).toBe(`/device?user_code=${user_code}`)
  })
})

test('the roles of the application count', async () => {
  const party = await deviceClient('ledger', { roles: ['auditor'] })
  const surfer = await it.signIn(ADA)
  const { user_code } = await start(party)
  expect(await stepOf(surfer, user_code)).toBe('no-access')
  expect((await decide(surfer, user_code)).status).toBe(403)
})

test('a second factor is demanded where the application needs one', async () => {
  const party = await deviceClient('vault', { secondFactor: true })
  const person = { ...ADA, email: 'vault@example.org' }
  await it.server.register(person)
  const surfer = await it.signIn(person)
  const started = await start(party)
  expect(await stepOf(surfer, started.user_code)).toBe('enrol')
  expect((await decide(surfer, started.user_code)).status).toBe(403)
  const { secret } = await bodyOf<{ secret: string }>(await surfer.post(`${it.server.url}/auth/totp`))
  await surfer.post(`${it.server.url}/auth/totp/confirm`, { code: codeOf(secret) })
  expect(await stepOf(surfer, started.user_code)).toBe('consent')
  expect((await decide(surfer, started.user_code)).status).toBe(200)
  expect((await poll(started, party)).claims()).toMatchObject({ acr: 'urn:latchkey:acr:2' })
})

test('a newer proof is demanded where the request asks for one', async () => {
  const surfer = await it.signIn(ADA)
  await new Promise(resolve => setTimeout(resolve, 1100))
  const { user_code } = await start(config, { max_age: '0' })
  expect(await stepOf(surfer, user_code)).toBe('prove')
  expect((await decide(surfer, user_code)).status).toBe(403)
  await surfer.post(`${it.server.url}/auth/reauthenticate`, { password: ADA.password })
  expect((await decide(surfer, user_code)).status).toBe(200)
})

// Last: it locks this client.
test('twenty wrong codes lock, right ones are not counted', async () => {
  const person = { ...ADA, email: 'guesser@example.org' }
  await it.server.register(person)
  const surfer = await it.signIn(person)
  const { user_code } = await start()
  for (let looks = 0; looks < 25; looks++) expect((await look(surfer, user_code)).status).toBe(200)
  const statuses = new Set<number>()
  for (let guesses = 0; guesses < 20; guesses++) statuses.add((await look(surfer, 'BBBB-BBBB')).status)
  expect(statuses.has(200)).toBe(false)
  const refused = await look(surfer, user_code)
  expect(refused.status).toBe(429)
  expect((await decide(surfer, user_code)).status).toBe(429)
  const neighbour = await it.signIn(ADA)
  expect((await look(neighbour, user_code)).status).toBe(429)
})
