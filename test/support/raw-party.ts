import { randomUUID } from 'node:crypto'
import { calculatePKCECodeChallenge, randomPKCECodeVerifier } from 'openid-client'
import { ADA } from './harness.ts'
import { CALLBACK, type startOpenidProvider } from './openid-provider.ts'
import { bodyOf, type Surfer } from './surfer.ts'

/** Undefined takes a parameter away. */
type Changes = Record<string, string | undefined>
type Registered = { id: string; secret?: string | undefined }
type Provider = Awaited<ReturnType<typeof startOpenidProvider>>

export type Tokens = { access_token: string; id_token: string; refresh_token: string; scope: string; error?: string }

/** An application that sends each request of the code flow by hand, so that a test can get any part of it wrong. */
export function createRawParty({ issuer, server }: Pick<Provider, 'issuer' | 'server'>, { id, secret }: Registered) {
  async function begin(changes: Changes = {}) {
    const verifier = randomPKCECodeVerifier()
    const parameters = {
      client_id: id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid profile email groups',
      state: 'kept',
      nonce: randomUUID(),
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...changes,
    }
    return { url: new URL(`${issuer}/auth?${new URLSearchParams(given(parameters))}`), verifier, parameters }
  }

  /** Where a request leads at once. */
  async function ask(surfer: Surfer, url: URL | string): Promise<URL> {
    const response = await surfer.ask(url)
    if (response.status !== 303) throw new Error(`answered ${response.status}: ${await response.text()}`)
    return new URL(response.headers.get('location') ?? '', server.env.BASE_URL)
  }

  /** The parameters that come back to the application for an authorization request. */
  async function answerTo(surfer: Surfer, changes: Changes = {}) {
    const { url, verifier } = await begin(changes)
    const at = await ask(surfer, url)
    return { at, verifier, answer: at.searchParams }
  }

  /** A POST to an endpoint of the provider, by default with the client's own authentication. */
  function post(path: string, form: Changes, headers: Record<string, string> = basic({ id, secret })) {
    const body = new URLSearchParams(given(form))
    return fetch(`${issuer}${path}`, { method: 'POST', body, headers, redirect: 'manual' })
  }

  function redeem(code: string, verifier: string, changes: Changes = {}, headers?: Record<string, string>) {
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK, ...changes }
    return post('/token', form, headers)
  }

  const refresh = (token: string, changes: Changes = {}, headers?: Record<string, string>) =>
    post('/token', { grant_type: 'refresh_token', refresh_token: token, ...changes }, headers)

  async function tokensOf(surfer: Surfer, changes: Changes = {}): Promise<Tokens> {
    const { answer, verifier } = await answerTo(surfer, changes)
    return bodyOf<Tokens>(await redeem(answer.get('code') ?? '', verifier))
  }

  const userinfo = (token: string) => fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } })

  return { id, secret, begin, ask, answerTo, post, redeem, refresh, tokensOf, userinfo }
}

export type RawParty = ReturnType<typeof createRawParty>

export function basic({ id, secret = '' }: Registered): Record<string, string> {
  const credentials = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** The error code of an answer, and its status. */
export async function errorOf(response: Response) {
  const { error } = await bodyOf<{ error?: string }>(response)
  return { status: response.status, error }
}

/** Confirms the password again in this session. */
export function proveAgain({ server }: Pick<Provider, 'server'>, surfer: Surfer) {
  return surfer.post(`${server.url}/auth/reauthenticate`, { password: ADA.password })
}

/** What the page of an authorization request asks the server. */
export async function asked({ server }: Pick<Provider, 'server'>, surfer: Surfer, page: URL) {
  const response = await surfer.ask(`${server.url}${page.pathname.replace('/authorize', '/auth/interactions')}`)
  return bodyOf<{ step: string; scopes: string[]; continueTo: string; client: object }>(response)
}

const given = (form: Changes): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined))
