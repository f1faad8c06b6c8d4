import {
  allowInsecureRequests,
  type ClientMetadata,
  ClientSecretBasic,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomPKCECodeVerifier,
} from 'openid-client'
import type { EnvSource } from '../../configs/env.ts'
import { Client } from '../../models/client.ts'
import { addSecret } from '../../src/provider/client-secrets.ts'
import { ownAddress } from './federation.ts'
import { startServer, type TestServer } from './harness.ts'
import { Surfer } from './surfer.ts'

export const CALLBACK = 'https://wiki.example.org/callback'

type NewClient = Partial<Client['_creationAttributes']>

/** @returns the ID and the secret of a client with these properties */
export async function createClient(server: Pick<TestServer, 'deps'>, id: string, properties: NewClient = {}) {
  await Client.create({
    id,
    name: `The ${id}`,
    authMethod: 'client_secret_basic',
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: ['https://wiki.example.org/bye'],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'email', 'groups'],
    ownScopes: [],
    resourceScopes: [],
    skipConsent: true,
    ...properties,
  })
  const { secret } = await addSecret(server.deps, { actorId: null }, id)
  return { id, secret }
}

/** A server that other applications sign in at, at an address of its own. */
export async function startOpenidProvider(settings: EnvSource = {}) {
  const server = await startServer({ ...(await ownAddress()), ...settings })
  const issuer = `${server.env.BASE_URL}/oidc`

  const addClient = (id: string, properties?: NewClient) => createClient(server, id, properties)

  /** openid-client, set up for a client. */
  function relyingParty({ id, secret }: { id: string; secret?: string }, metadata: Partial<ClientMetadata> = {}) {
    const method = secret === undefined ? None() : ClientSecretBasic(secret)
    return discovery(new URL(issuer), id, metadata, method, { execute: [allowInsecureRequests] })
  }

  async function signIn(person: { email: string; password: string }, surfer = new Surfer()) {
    await surfer.post(`${server.url}/auth/login`, { email: person.email, password: person.password })
    return surfer
  }

  return { ...server, server, issuer, addClient, relyingParty, signIn }
}

type OpenidProviderServer = Pick<Awaited<ReturnType<typeof startOpenidProvider>>, 'server'>
type Credentials = { id: string; secret: string }

/** Signs in at an application without consent. @param redeemAt where the code is redeemed, if not where it was issued */
export async function idTokenOf(
  { server }: OpenidProviderServer,
  { id, secret }: Credentials,
  surfer: Surfer,
  { redeemAt = server.url } = {},
): Promise<string> {
  const code_verifier = randomPKCECodeVerifier()
  const request = {
    client_id: id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    code_challenge: await calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
  }
  const asked = await surfer.ask(`${server.url}/oidc/auth?${new URLSearchParams(request)}`)
  const code = new URL(asked.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const answer = await fetch(`${redeemAt}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier }),
  })
  return ((await answer.json()) as { id_token: string }).id_token
}
