import * as client from 'openid-client'
import type { OidcSettings } from '../../configs/env/providers.ts'
import { hours, seconds } from '../durations.ts'
import { appleSecret } from './apple-secret.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { Expected, Leaving } from './client.ts'
import { githubClaims, githubServer } from './github.ts'
import { idTokenOf } from './id-token.ts'
import { type Claims, type Profile, profileOf } from './profile.ts'

/** How long the metadata of a provider is used before it is read again. */
const METADATA_LIFETIME = hours(1)

/** With keys this old, openid-client reads them again for an unknown `kid` at once (seconds). */
const KEYS_ARE_REREAD_AFTER = 60

/** One provider, as openid-client speaks to it. */
export type OidcClient = ReturnType<typeof createOidcClient>

/** @param settings without a fault */
export function createOidcClient(settings: OidcSettings) {
  const isGithub = settings.name === 'github'
  let metadata: { text: string; until: number } | undefined
  let keys: client.ExportedJWKSCache | undefined

  /** One for each use, because openid-client keeps the keys of one for at least a minute. @throws as `boundedFetch` and openid-client do */
  async function configuration(secret = settings.clientSecret): Promise<client.Configuration> {
    const authentication = authenticationBy(secret)
    const config = isGithub
      ? new client.Configuration(githubServer(settings), settings.clientId, {}, authentication)
      : await discovered(authentication)
    config[client.customFetch] = fetchBounded
    if (settings.issuer.startsWith('http:')) client.allowInsecureRequests(config)
    if (keys) client.setJwksCache(config, rereadWhereUnknown(keys))
    return config
  }

  async function discovered(authentication: client.ClientAuth) {
    const isPlain = settings.issuer.startsWith('http:')
    let text = ''
    async function fetchMetadata(...request: Parameters<client.CustomFetch>) {
      if (metadata && metadata.until > Date.now()) return Response.json(JSON.parse(metadata.text))
      const response = await fetchBounded(...request)
      text = await response.clone().text()
      return response
    }
    const config = await client.discovery(new URL(settings.issuer), settings.clientId, {}, authentication, {
      [client.customFetch]: fetchMetadata,
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
    })
    demandEndpoints(config.serverMetadata())
    if (text) metadata = { text, until: Date.now() + METADATA_LIFETIME }
    return config
  }

  /** By HTTP Basic, unless the provider offers only the other way (RFC 6749, 2.3.1). */
  function authenticationBy(secret: string | undefined): client.ClientAuth {
    return (server, ...rest) => {
      const offered = server.token_endpoint_auth_methods_supported
      const isBasic = !isGithub && (offered === undefined || offered.includes('client_secret_basic'))
      const authenticate = isBasic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
      authenticate(server, ...rest)
    }
  }

  async function authorizationUrl({
    state,
    nonce,
    codeVerifier,
    maxAge,
    redirectUri,
    prompt,
  }: Leaving): Promise<string> {
    const config = await configuration()
    return client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: settings.scopes,
      state,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(!isGithub && { nonce }),
      ...(prompt && takesPrompt(config, prompt) && { prompt }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...(settings.signing && { response_mode: 'form_post' }),
    }).href
  }

  /** Some providers refuse a prompt that they do not know. */
  function takesPrompt(config: client.Configuration, prompt: string): boolean {
    const known = config.serverMetadata().prompt_values_supported as string[] | undefined
    return known?.includes(prompt) ?? (prompt === 'login' || ['google', 'microsoft'].includes(settings.name))
  }

  /**
   * Redeems the code of an answer and reads who signed in.
   * @param answer the redirect URI with the parameters of the answer
   * @throws openid-client's errors for an answer that is wrong
   */
  async function profileFrom(answer: URL, { state, nonce, codeVerifier, maxAge }: Expected): Promise<Profile> {
    const config = await configuration(settings.signing && (await appleSecret(settings)))
    const tokens = await client
      .authorizationCodeGrant(config, answer, {
        expectedState: state,
        pkceCodeVerifier: codeVerifier,
        ...(!isGithub && { expectedNonce: nonce }),
        ...(maxAge !== undefined && { maxAge }),
      })
      .finally(() => {
        keys = client.getJwksCache(config) ?? keys
      })
    if (isGithub) {
      const { sub: subject, ...claims } = await githubClaims(config, settings, tokens.access_token)
      return profileOf(settings, { issuer: settings.issuer, subject }, claims)
    }
    return await profileOfTokens(config, tokens.access_token, idTokenOf(tokens, settings))
  }

  async function profileOfTokens(
    config: client.Configuration,
    accessToken: string,
    claims: client.IDToken,
  ): Promise<Profile> {
    const { iss: issuer, sub: subject } = claims
    const more = await userInfo(config, accessToken, subject, claims)
    const sid = typeof claims.sid === 'string' ? claims.sid : null
    // An address counts as verified only by the source that names it.
    const { email, email_verified } = claims.email === undefined ? more : claims
    // Only the ID token says how the person signed in.
    const { amr, acr } = claims
    return profileOf(settings, { issuer, subject, sid }, { ...more, ...claims, amr, acr, email, email_verified })
  }

  /** What a provider tells only there. */
  async function userInfo(
    config: client.Configuration,
    accessToken: string,
    subject: string,
    claims: Claims,
  ): Promise<Claims> {
    const isComplete = claims.email !== undefined && claims.name !== undefined
    if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) return {}
    return await client.fetchUserInfo(config, accessToken, subject)
  }

  /** Where the person can sign out of the provider too. @returns undefined where it offers no such address */
  async function signOutUrl(returnTo: string): Promise<string | undefined> {
    const config = await configuration().catch(() => undefined)
    if (config?.serverMetadata().end_session_endpoint === undefined) return undefined
    return client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href
  }

  /** Where the keys are that sign the provider's tokens. */
  async function signingKeys() {
    const { issuer, jwks_uri } = (await configuration()).serverMetadata()
    return { issuer, jwksUri: jwks_uri }
  }

  return { settings, authorizationUrl, profileFrom, signOutUrl, signingKeys }
}

/** openid-client calls the lack of one a mistake of its caller. */
function demandEndpoints({ authorization_endpoint, token_endpoint, jwks_uri }: client.ServerMetadata) {
  const endpoints = [authorization_endpoint, token_endpoint, jwks_uri]
  if (!endpoints.every(each => typeof each === 'string' && /^https?:/.test(each) && URL.canParse(each)))
    throw new client.ClientError('the metadata lack an endpoint')
}

const fetchBounded: client.CustomFetch = (url, options) => boundedFetch(url, options as RequestInit)

/** A provider may replace its keys at any time. Its tokens come from itself, so no stranger can make this server ask. */
function rereadWhereUnknown({ jwks, uat }: client.ExportedJWKSCache): client.ExportedJWKSCache {
  return { jwks, uat: Math.min(uat, Math.floor(Date.now() / seconds(1)) - KEYS_ARE_REREAD_AFTER) }
}
