import Provider, {
  type AccessToken,
  type ClientCredentials,
  type Configuration,
  type JWKS,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { type Env, isHttps, openidIssuer } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { days, minutes, seconds } from '../durations.ts'
import type { SessionStore } from '../sessions/store.ts'
import { accountOf, CLAIMS, findPrincipal, mayUse, rolesOf, SCOPES } from './account.ts'
import { createArtifactAdapter } from './artifacts.ts'
import { ONE_FACTOR, TWO_FACTORS } from './authentication.ts'
import { createClientAdapter, EXTRA_CLIENT_METADATA } from './client-adapter.ts'
import { isSecretValid } from './client-secrets.ts'
import { cookieNames } from './cookies.ts'
import { DocumentIdSchema } from './documented-client.ts'
import { loadGrant } from './grants.ts'
import { createPolicy, EXTRA_PARAMS } from './policy.ts'
import { problemPage } from './problem-page.ts'
import { defaultResource, resourceServer } from './resources.ts'
import { createSessionAdapter } from './session-adapter.ts'

export type ProviderEnv = Pick<
  Env,
  | 'OPENID_DPOP'
  | 'OPENID_PAR'
  | 'OPENID_CLIENT_METADATA'
  | 'BASE_URL'
  | 'ACCESS_TOKEN_LIFETIME'
  | 'SESSION_REMEMBER'
  | 'SESSION_ABSOLUTE'
  | 'TOKEN_AUDIENCE'
>

type Options = { env: ProviderEnv; store: SessionStore; logger: Logger; permissions: readonly string[] }

/** oidc-provider on our sessions, clients and keys (docs/decisions/0030). @param keys newest first */
export function createProvider({ env, store, logger, permissions }: Options, keys: JWKS['keys']): Provider {
  const provider = new Provider(openidIssuer(env), configurationOf({ env, store, logger, permissions }, keys))
  // Behind a trusted proxy or not, the mount says what the public address is (routes/oidc).
  provider.proxy = true
  // The library leaves it to its users how a secret is stored.
  provider.Client.prototype.compareClientSecret = function compare(this: { clientId: string }, secret: string) {
    return isSecretValid(this.clientId, secret)
  }
  provider.on('server_error', (_ctx, error) => logger.error('the OpenID Provider failed', { error }))
  // The line above is the only report.
  provider.silent = true
  return provider
}

function configurationOf({ env, store, logger, permissions }: Options, keys: JWKS['keys']): Configuration {
  const attributes = { httpOnly: true, sameSite: 'lax', secure: isHttps(env) } as const
  const longest = Math.max(env.SESSION_REMEMBER, env.SESSION_ABSOLUTE) / seconds(1)
  return {
    adapter: kind => adapterOf(kind, store),
    jwks: { keys },
    cookies: { names: cookieNames(env), long: attributes, short: attributes },
    claims: CLAIMS,
    scopes: SCOPES,
    acrValues: [ONE_FACTOR, TWO_FACTORS],
    // Many applications read the ID token only.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    // RFC 9700, 2.1.1.
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    extraParams: EXTRA_PARAMS,
    extraClientMetadata: EXTRA_CLIENT_METADATA,
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'],
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      // Its pages are ours (routes/oidc/device.ts).
      deviceFlow: {
        enabled: true,
        deviceInfo: ctx => ({ address: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) }),
      },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource, client) => resourceServer({ env, permissions }, ctx, resource, client),
      },
      dPoP: { enabled: env.OPENID_DPOP },
      pushedAuthorizationRequests: { enabled: env.OPENID_PAR },
      clientIdMetadataDocument: {
        enabled: env.OPENID_CLIENT_METADATA,
        ack: 'draft-02',
        allowFetch: (_ctx, clientId) => DocumentIdSchema.safeParse(clientId).success,
      },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    },
    discovery: { end_session_endpoint: `${openidIssuer(env)}/session/end` },
    interactions: { policy: createPolicy(), url: (_ctx, { uid }) => `/authorize/${uid}` },
    findAccount,
    loadExistingGrant: ctx => loadGrant(env, ctx),
    // Nothing outlives the session, offline_access or not.
    expiresWithSession: () => true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    extraTokenClaims: (_ctx, token) => extraClaims(env, token),
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' &&
      client.redirectUris?.some(uri => URL.parse(uri)?.origin === origin) === true,
    renderError: (ctx, out, error) => problemPage(ctx, out, error, logger),
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? minutes(60) / seconds(1),
      AuthorizationCode: 60,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? minutes(10) / seconds(1),
      DeviceCode: minutes(10) / seconds(1),
      Grant: longest,
      IdToken: minutes(60) / seconds(1),
      Interaction: minutes(60) / seconds(1),
      RefreshToken: longest,
      Session: days(1) / seconds(1),
    },
  }
}

function adapterOf(kind: string, store: SessionStore) {
  if (kind === 'Session') return createSessionAdapter(store)
  return kind === 'Client' ? createClientAdapter() : createArtifactAdapter(kind)
}

/** Roles are read again whenever tokens are issued or used. */
async function findAccount(ctx: KoaContextWithOIDC, userId: string, token?: object) {
  const principal = await findPrincipal(userId)
  if (!principal || (token && !mayUse(principal, rolesOf(ctx.oidc.client)))) return undefined
  return accountOf(principal, sessionIdOf(token))
}

/** `sid` as in our own access tokens; at our own API, `permissions` too. */
function extraClaims({ TOKEN_AUDIENCE }: Pick<Env, 'TOKEN_AUDIENCE'>, token: AccessToken | ClientCredentials) {
  const sid = sessionIdOf(token)
  if (sid === undefined) return undefined
  return token.aud === TOKEN_AUDIENCE ? { sid, permissions: [...token.scopes] } : { sid }
}

function sessionIdOf(token: object | undefined): string | undefined {
  return token && 'sessionUid' in token && typeof token.sessionUid === 'string' ? token.sessionUid : undefined
}
