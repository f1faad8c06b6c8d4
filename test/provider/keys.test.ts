import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import supertest from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cliHere } from '../support/cli-in-process.ts'
import { settingsOf } from '../support/cli-process.ts'
import { ADA, startServer, type TestServer } from '../support/harness.ts'
import { idTokenOf, startOpenidProvider } from '../support/openid-provider.ts'

let it: Awaited<ReturnType<typeof startOpenidProvider>>
let wiki: { id: string; secret: string }
beforeAll(async () => {
  it = await startOpenidProvider()
  await it.server.register(ADA)
  wiki = await it.addClient('wiki')
})
afterAll(() => it.server.close())

async function kidsOf(server: TestServer) {
  const { body } = await supertest(server.url).get('/oidc/jwks').expect(200)
  return (body.keys as { kid: string; alg: string }[]).map(({ kid, alg }) => `${alg} ${kid}`)
}

test('a client gets ID tokens in the algorithm that it wants, verified by the key set of the discovery document', async () => {
  for (const idTokenAlgorithm of ['RS256', 'ES256', 'EdDSA'] as const) {
    const client = await it.addClient(`in-${idTokenAlgorithm}`, { idTokenAlgorithm })
    const idToken = await idTokenOf(it, client, await it.signIn(ADA))
    expect(decodeProtectedHeader(idToken).alg).toBe(idTokenAlgorithm)
    const keys = createRemoteJWKSet(new URL(`${it.issuer}/jwks`))
    await jwtVerify(idToken, keys, { issuer: it.issuer, audience: client.id })
  }
})

test('a rotated key signs what comes next; the one before still verifies, also as a hint at sign-out', async () => {
  const surfer = await it.signIn(ADA)
  const before = await idTokenOf(it, wiki, surfer)
  await cliHere(settingsOf(it.server)).run(['keys', 'rotate'])
  await it.server.deps.channel.sync()
  const after = await idTokenOf(it, wiki, surfer)
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
  const keys = createRemoteJWKSet(new URL(`${it.issuer}/jwks`))
  for (const idToken of [before, after]) await jwtVerify(idToken, keys, { issuer: it.issuer, audience: 'wiki' })

  const request = new URLSearchParams({
    id_token_hint: before,
    post_logout_redirect_uri: 'https://wiki.example.org/bye',
    state: 'kept',
  })
  const response = await surfer.ask(`${it.server.url}/oidc/session/end?${request}`)
  expect(response.headers.get('location')).toBe('https://wiki.example.org/bye?state=kept')
  expect((await surfer.ask(`${it.server.url}/auth/session`)).status).toBe(401)
})

test('a retired key is gone from the key set, and what it signed is no hint', async () => {
  const surfer = await it.signIn(ADA)
  const idToken = await idTokenOf(it, wiki, surfer)
  const { kid = '' } = decodeProtectedHeader(idToken)
  await cliHere(settingsOf(it.server)).run(['keys', 'retire', kid])
  await it.server.deps.channel.sync()
  expect(await kidsOf(it.server)).not.toContain(`RS256 ${kid}`)
  const response = await surfer.ask(
    `${it.server.url}/oidc/session/end?${new URLSearchParams({ id_token_hint: idToken })}`,
  )
  expect(response.headers.get('location')).toBe('/application-problem?problem=invalid_sign_out')
  expect((await surfer.ask(`${it.server.url}/auth/session`)).status).toBe(200)
})

test('two nodes share keys, codes and sessions', async () => {
  const other = await startServer({ PORT: '0', BASE_URL: it.server.env.BASE_URL }, it.server.database)
  expect(await kidsOf(other)).toEqual(await kidsOf(it.server))
  const surfer = await it.signIn(ADA)
  const idToken = await idTokenOf(it, wiki, surfer, { redeemAt: other.url })
  expect(decodeProtectedHeader(idToken).alg).toBe('RS256')
  await other.stop()
})
