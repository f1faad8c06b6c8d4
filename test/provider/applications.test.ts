import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  refreshTokenGrant,
  tokenIntrospection,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../../models/client.ts'
import { ADA, BOB } from '../support/harness.ts'
import { CALLBACK, startOpenidProvider } from '../support/openid-provider.ts'
import { bodyOf, type Surfer } from '../support/surfer.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let config: Configuration
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  await it.server.register(BOB)
  config = await it.relyingParty(await it.addClient('shop', { skipConsent: false, name: 'The shop' }))
})
afterAll(() => it.server.close())

const at = (path: string) => `${it.server.url}${path}`

/** Signs in to an application; allows on the way what it asks for. @returns undefined if nothing was asked */
async function tokensOf(surfer: Surfer, party = config, parameters: Record<string, string> = {}) {
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(party, {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  let answer = await locationOf(surfer, url)
  const isAsked = answer.pathname.startsWith('/authorize/')
  if (isAsked) {
    const decided = await surfer.post(at(answer.pathname.replace('/authorize', '/auth/interactions')), {
      decision: 'allow',
    })
    const { continueTo } = await bodyOf<{ continueTo: string }>(decided)
    answer = await locationOf(surfer, at(continueTo))
  }
  return { isAsked, tokens: await authorizationCodeGrant(party, answer, { pkceCodeVerifier: verifier }) }
}

async function locationOf(surfer: Surfer, url: URL | string): Promise<URL> {
  const response = await surfer.ask(url)
  expect(response.status).toBe(303)
  return new URL(response.headers.get('location') ?? '', it.server.env.BASE_URL)
}

type Applications = {
  launchable: { id: string; name: string; launchUrl: string }[]
  granted: { id: string; name: string; scopes: string[]; resources: object[]; grantedAt: string }[]
}

async function applicationsOf(surfer: Surfer): Promise<Applications> {
  const response = await surfer.ask(at('/auth/applications'))
  expect(response.status).toBe(200)
  return bodyOf<Applications>(response)
}

const withdraw = (surfer: Surfer, id: string) => surfer.ask(at(`/auth/applications/${id}`), { method: 'DELETE' })

test('an application that was allowed something is listed with it', async () => {
  const surfer = await it.signIn(ADA)
  await tokensOf(surfer)
  const { granted } = await applicationsOf(surfer)
  expect(granted).toEqual([
    { id: 'shop', name: 'The shop', scopes: ['email', 'openid'], resources: [], grantedAt: expect.any(String) },
  ])
  const bob = await it.signIn(BOB)
  expect((await applicationsOf(bob)).granted).toEqual([])
})

test('later scopes are added, and the day of the first consent stays', async () => {
  const surfer = await it.signIn(ADA)
  await tokensOf(surfer)
  const [before] = (await applicationsOf(surfer)).granted
  expect((await tokensOf(surfer, config, { scope: 'openid profile' })).isAsked).toBe(true)
  const [after] = (await applicationsOf(surfer)).granted
  expect(after?.scopes).toEqual(['email', 'openid', 'profile'])
  expect(after?.grantedAt).toBe(before?.grantedAt)
})

test('scopes at a resource are listed with its name', async () => {
  await it.addClient('api', { name: 'The API', resource: 'https://api.example.org', resourceScopes: ['orders:read'] })
  const party = await it.relyingParty(await it.addClient('till', { skipConsent: false }))
  const surfer = await it.signIn(ADA)
  await tokensOf(surfer, party, { scope: 'openid orders:read', resource: 'https://api.example.org' })
  const till = (await applicationsOf(surfer)).granted.find(({ id }) => id === 'till')
  expect(till).toMatchObject({
    scopes: ['openid'],
    resources: [{ resource: 'https://api.example.org', name: 'The API', scopes: ['orders:read'] }],
  })
})

describe('a withdrawal', () => {
  test('ends the tokens in all sessions at once, and the application asks again', async () => {
    const [one, other] = [await it.signIn(ADA), await it.signIn(ADA)]
    const { tokens } = await tokensOf(one)
    const { tokens: others } = await tokensOf(other)
    expect((await withdraw(one, 'shop')).status).toBe(200)
    for (const { access_token, refresh_token = '' } of [tokens, others]) {
      expect(await tokenIntrospection(config, access_token)).toEqual({ active: false })
      await expect(refreshTokenGrant(config, refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
    }
    expect((await applicationsOf(one)).granted.map(({ id }) => id)).not.toContain('shop')
    expect((await tokensOf(one)).isAsked).toBe(true)
  })

  test('leaves other users and other applications their tokens', async () => {
    const neighbour = await it.relyingParty(await it.addClient('neighbour', { skipConsent: false }))
    const [ada, bob] = [await it.signIn(ADA), await it.signIn(BOB)]
    const { tokens: elsewhere } = await tokensOf(ada, neighbour)
    const { tokens: bobs } = await tokensOf(bob)
    await tokensOf(ada)
    expect((await withdraw(ada, 'shop')).status).toBe(200)
    expect(await tokenIntrospection(neighbour, elsewhere.access_token)).toMatchObject({ active: true })
    expect(await tokenIntrospection(config, bobs.access_token)).toMatchObject({ active: true })
  })

  test('of what was never allowed is 404', async () => {
    const surfer = await it.signIn(ADA)
    for (const id of ['nobody', 'shop']) expect((await withdraw(surfer, id)).status).toBe(404)
  })
})

describe('the applications to open', () => {
  test('are those with an address that the roles of the user allow', async () => {
    const launchUrl = 'https://wiki.example.org/'
    await it.addClient('open', { launchUrl })
    await it.addClient('closed', { launchUrl, roles: ['admin'] })
    await it.addClient('hidden')
    await it.addClient('disabled', { launchUrl, disabledAt: new Date() })
    const surfer = await it.signIn(ADA)
    expect((await applicationsOf(surfer)).launchable).toEqual([{ id: 'open', name: 'The open', launchUrl }])
    await Client.update({ roles: ['user'] }, { where: { id: 'closed' } })
    expect((await applicationsOf(surfer)).launchable.map(({ id }) => id)).toEqual(['closed', 'open'])
  })

  test('have a name that a page can ask for', async () => {
    const surfer = await it.signIn(ADA)
    const shown = await surfer.ask(at('/auth/applications/shop'))
    expect(await bodyOf(shown)).toEqual({ id: 'shop', name: 'The shop' })
    await it.addClient('gone', { disabledAt: new Date() })
    for (const id of ['nobody', 'gone']) expect((await surfer.ask(at(`/auth/applications/${id}`))).status, id).toBe(404)
  })
})

test('a consent is in the data export', async () => {
  const surfer = await it.signIn(ADA)
  await tokensOf(surfer)
  const { applications } = await bodyOf<{ applications: object[] }>(await surfer.ask(at('/auth/export')))
  expect(applications).toContainEqual(
    expect.objectContaining({ application: 'shop', scopes: expect.arrayContaining(['email', 'openid']) }),
  )
})
