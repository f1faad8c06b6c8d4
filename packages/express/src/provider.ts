import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { boundedFetch, ProviderUnavailable } from './bounded-fetch.ts'
import type { Settings } from './options.ts'
import type { Claims } from './user.ts'

/** Milliseconds without another attempt after one that failed. */
const PAUSE_MS = 5000

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Seconds by which the clocks of the two servers may differ. */
const CLOCK_TOLERANCE = 10

export type SignInChecks = { state: string; nonce: string; codeVerifier: string }

/** What the login server says about a person. */
export type SignedIn = {
  sub: string
  sid: string | undefined
  /** Seconds since 1970, by the login server's clock. */
  issuedAt: number
  claims: Claims
  idToken: string
  refreshToken: string | undefined
}

export type Provider = ReturnType<typeof createProvider>

/** The login server. It is asked for the first time when it is needed, so the app starts without it. */
export function createProvider(settings: Settings) {
  let discovery: Promise<client.Configuration> | undefined
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  let pausedUntil = 0

  /** Spares a server that does not answer, and the visitors who would wait for it. */
  async function fetchUnlessPaused(url: string | URL, init?: RequestInit): Promise<Response> {
    if (Date.now() < pausedUntil) throw new ProviderUnavailable(url, 'did not answer a moment ago')
    try {
      return await boundedFetch(url, init)
    } catch (error) {
      // An error that one request caused must not keep all others away.
      if (error instanceof ProviderUnavailable && !error.hasAnswered) pausedUntil = Date.now() + PAUSE_MS
      throw error
    }
  }

  /** One request for all who wait; only a success is kept. */
  function configuration(): Promise<client.Configuration> {
    discovery ??= discover().catch(error => {
      discovery = undefined
      throw error
    })
    return discovery
  }

  async function discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = settings
    const isPlain = issuer.protocol === 'http:'
    return await client.discovery(issuer, clientId, {}, client.ClientSecretBasic(clientSecret), {
      [client.customFetch]: fetchAs,
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
    })
  }

  function fetchAs(url: string, { body, ...init }: client.CustomFetchOptions): Promise<Response> {
    return fetchUnlessPaused(url, body === undefined ? init : { ...init, body })
  }

  /** @throws ProviderUnavailable */
  async function authorizationUrl(redirectUri: string, checks: SignInChecks): Promise<string> {
    return client.buildAuthorizationUrl(await configuration(), {
      redirect_uri: redirectUri,
      scope: settings.scope,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
      code_challenge_method: 'S256',
    }).href
  }

  /**
   * Redeems the code of an answer.
   * @param answer the redirect URI with the parameters of the answer
   * @throws openid-client's errors for an answer that is wrong
   */
  async function redeem(answer: URL, { state, nonce, codeVerifier }: SignInChecks): Promise<SignedIn> {
    const config = await configuration()
    const tokens = await client.authorizationCodeGrant(config, answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    })
    const { id_token: idToken, refresh_token: refreshToken } = tokens
    const claims = tokens.claims()
    if (!claims || idToken === undefined) throw new TypeError('the answer has no ID token')
    const all = await completed(config, tokens.access_token, claims.sub, claims)
    return {
      sub: claims.sub,
      sid: typeof claims.sid === 'string' ? claims.sid : undefined,
      issuedAt: claims.iat,
      claims: all,
      idToken,
      refreshToken,
    }
  }

  /**
   * Asks whether a session goes on, and what its person may do now.
   * @throws openid-client's errors; `isRefused` tells those that end the session
   */
  async function refresh(sub: string, refreshToken: string) {
    const config = await configuration()
    const tokens = await client.refreshTokenGrant(config, refreshToken)
    const claims = tokens.claims()
    if (claims && claims.sub !== sub) throw new TypeError('the login server answered for somebody else')
    return {
      issuedAt: claims?.iat,
      claims: await completed(config, tokens.access_token, sub, claims ?? {}),
      idToken: tokens.id_token,
      refreshToken: tokens.refresh_token ?? refreshToken,
    }
  }

  /** Many providers name the person in userinfo only. */
  async function completed(config: client.Configuration, accessToken: string, sub: string, claims: Claims) {
    if (claims.permissions !== undefined || !config.serverMetadata().userinfo_endpoint) return claims
    return { ...claims, ...(await client.fetchUserInfo(config, accessToken, sub)) }
  }

  async function revoke(refreshToken: string): Promise<void> {
    const config = await configuration()
    if (config.serverMetadata().revocation_endpoint) await client.tokenRevocation(config, refreshToken)
  }

  /** @returns undefined where the login server has no sign-out for apps */
  async function endSessionUrl(idToken: string | undefined, returnTo: string): Promise<string | undefined> {
    const config = await configuration()
    if (!config.serverMetadata().end_session_endpoint) return undefined
    const hint = idToken === undefined ? undefined : { id_token_hint: idToken }
    return client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo, ...hint }).href
  }

  /**
   * Verifies a logout token or access token.
   * @returns undefined for one that is wrong
   * @throws ProviderUnavailable
   */
  async function verify(token: string, rules: JWTVerifyOptions): Promise<JWTPayload | undefined> {
    const { issuer, jwks_uri: jwksUri } = (await configuration()).serverMetadata()
    if (jwksUri === undefined) return undefined
    keys ??= createRemoteJWKSet(new URL(jwksUri), { [customFetch]: fetchUnlessPaused })
    const always = { issuer, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE }
    try {
      return (await jwtVerify(token, keys, { ...rules, ...always })).payload
    } catch (error) {
      if (error instanceof ProviderUnavailable || error instanceof errors.JWKSTimeout) throw error
      return undefined
    }
  }

  return { authorizationUrl, redeem, refresh, revoke, endSessionUrl, verify }
}

/** Whether the login server was reached and said no, as opposed to saying nothing. */
export function isRefused(error: unknown): boolean {
  return error instanceof client.ResponseBodyError && error.error === 'invalid_grant'
}

/** openid-client wraps what its `fetch` throws. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && (error instanceof ProviderUnavailable || isUnavailable(error.cause))
}
