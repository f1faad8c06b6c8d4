import { errors, type KoaContextWithOIDC, type Client as OidcClient, type ResourceServer } from 'oidc-provider'
import { Op } from 'sequelize'
import type { Env } from '../../configs/env.ts'
import { Client } from '../../models/client.ts'
import { seconds } from '../durations.ts'

type Options = {
  env: Pick<Env, 'TOKEN_AUDIENCE' | 'ACCESS_TOKEN_LIFETIME'>
  /** Scopes of our own API. */
  permissions: readonly string[]
}

/** Each costs a query. */
const MOST_RESOURCES = 5

/**
 * What an access token may say at a resource (RFC 8707): our own API, or a client that is one.
 * @throws InvalidTarget if there is none, and for a request that names more than five
 */
export async function resourceServer(
  { env, permissions }: Options,
  ctx: KoaContextWithOIDC,
  resource: string,
  client: OidcClient,
): Promise<ResourceServer> {
  if ([ctx.oidc.params?.resource ?? []].flat().length > MOST_RESOURCES)
    throw new errors.InvalidTarget('too many resource parameters')
  const accessTokenTTL = env.ACCESS_TOKEN_LIFETIME / seconds(1)
  const shared = { audience: resource, accessTokenFormat: 'jwt', accessTokenTTL } as const
  if (resource === env.TOKEN_AUDIENCE && !isOwnGrant(ctx))
    return { ...shared, scope: permissions.join(' '), jwt: { sign: { alg: 'EdDSA' } } }
  const server = await Client.findOne({ where: { resource, disabledAt: null } })
  if (!server) throw new errors.InvalidTarget()
  const scopes = isOwnGrant(ctx) ? ownScopesAt(server, client) : server.resourceScopes
  return { ...shared, scope: scopes.join(' '), jwt: { sign: { alg: 'RS256' } } }
}

/**
 * @param granted resources of the grant, where a token is asked for without naming one
 * @returns the only resource at which a client has scopes of its own, for `client_credentials`
 */
export async function defaultResource(ctx: KoaContextWithOIDC, client: OidcClient, granted?: readonly string[]) {
  if (granted) return [...granted]
  if (!isOwnGrant(ctx)) return undefined
  const servers = await Client.findAll({ where: { resource: { [Op.ne]: null }, disabledAt: null } })
  const usable = servers.filter(server => ownScopesAt(server, client).length > 0)
  return usable.length === 1 ? (usable[0]?.resource ?? undefined) : undefined
}

/** Nobody's user: the application acts for itself (RFC 6749, section 4.4). */
function isOwnGrant({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.params?.grant_type === 'client_credentials'
}

function ownScopesAt({ resourceScopes }: Client, client: OidcClient): string[] {
  const own = (client.own_scopes ?? []) as string[]
  return resourceScopes.filter(scope => own.includes(scope))
}
