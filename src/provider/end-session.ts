import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Client } from '../../models/client.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import type { Algorithm } from '../tokens/signing-keys.ts'
import { findClient } from './clients.ts'

/** Parameters of OpenID Connect RP-Initiated Logout 1.0, section 2. */
export type LogoutRequest = {
  id_token_hint?: string | undefined
  client_id?: string | undefined
  post_logout_redirect_uri?: string | undefined
  state?: string | undefined
}

export type Logout = {
  /** Whom the ID token names, if a valid one came along. */
  userId: string | undefined
  /** Where the application wants the browser; undefined if it did not say. */
  returnTo: string | undefined
}

export class LogoutRefused extends Error {
  override readonly name = 'LogoutRefused'
}

type Options = { keyRing: KeyRing; issuer: string }

/** @throws LogoutRefused if the request is not one of a registered application */
export async function readLogout({ keyRing, issuer }: Options, request: LogoutRequest): Promise<Logout> {
  const hint =
    request.id_token_hint === undefined ? undefined : await hintOf({ keyRing, issuer }, request.id_token_hint)
  const clientId = request.client_id ?? (typeof hint?.aud === 'string' ? hint.aud : undefined)
  if (hint && hint.aud !== clientId) throw new LogoutRefused('client_id is not the audience of id_token_hint')
  const client = clientId === undefined ? null : await enabledClient(clientId)
  if (clientId !== undefined && !client) throw new LogoutRefused('the client is unknown')
  return { userId: hint?.sub, returnTo: returnAddress(request, client) }
}

async function enabledClient(id: string): Promise<Client | null> {
  const client = await findClient(id)
  return client?.disabledAt === null ? client : null
}

function returnAddress({ post_logout_redirect_uri: uri, state }: LogoutRequest, client: Client | null) {
  if (uri === undefined) return undefined
  if (!client?.postLogoutRedirectUris.includes(uri))
    throw new LogoutRefused('post_logout_redirect_uri is not registered')
  const url = new URL(uri)
  if (state !== undefined) url.searchParams.set('state', state)
  return url.href
}

/** An expired ID token still tells who wants to leave. */
async function hintOf({ keyRing, issuer }: Options, token: string): Promise<JWTPayload> {
  try {
    const { alg, kid = '' } = decodeProtectedHeader(token)
    const key = isAlgorithm(alg) ? await keyRing.verifier(kid, alg) : undefined
    if (!key || !alg) throw new LogoutRefused('id_token_hint is signed by no known key')
    const { exp = 0 } = decodeJwt(token)
    const currentDate = new Date(Math.min(Date.now(), exp * 1000 - 1))
    const { payload } = await jwtVerify(token, key, { algorithms: [alg], issuer, currentDate, requiredClaims: ['sub'] })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      throw new LogoutRefused('id_token_hint is invalid')
    throw error
  }
}

function isAlgorithm(alg: string | undefined): alg is Algorithm {
  return alg === 'RS256' || alg === 'ES256' || alg === 'EdDSA'
}
