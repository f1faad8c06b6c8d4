import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Env } from '../../configs/env.ts'
import { consentedScopes, scopeOf } from './consents.ts'
import { findOrStartGrant, grantIdOf } from './grant-id.ts'

type GrantEnv = Pick<Env, 'TOKEN_AUDIENCE'>

/**
 * Grants what the user agreed to, now or earlier. Each session has its own grant, so that what revokes it ends nothing elsewhere.
 * @returns undefined before the user agreed to anything
 */
export async function loadGrant(env: GrantEnv, ctx: KoaContextWithOIDC) {
  const { client, session, account, provider } = ctx.oidc
  if (!client || !session || !account) return undefined
  const id = grantIdOf(session.uid, client.clientId)
  // The same id in all tokens, in the revocation list and in logout tokens.
  session.sidFor(client.clientId, session.uid)
  const grant = await findOrStartGrant(provider, { id, userId: account.accountId, clientId: client.clientId })
  const before = JSON.stringify([grant.openid, grant.resources])
  addAllowed(ctx, grant, await allowanceOf(env, ctx, account.accountId))
  if (JSON.stringify([grant.openid, grant.resources]) !== before) await grant.save()
  return grant.openid || grant.resources ? grant : undefined
}

type IsAllowed = (scope: string) => boolean
type OidcGrant = InstanceType<Provider['Grant']>

function addAllowed({ oidc }: KoaContextWithOIDC, grant: OidcGrant, isAllowed: IsAllowed) {
  const scopes = [...oidc.requestParamOIDCScopes].filter(isAllowed)
  if (scopes.length > 0) grant.addOIDCScope(scopes)
  for (const [resource, { scopes }] of Object.entries(oidc.resourceServers ?? {})) {
    const asked = [...oidc.requestParamScopes].filter(scope => scopes.has(scope))
    const allowed = asked.filter(scope => isAllowed(scopeOf(resource, scope)))
    if (allowed.length > 0) grant.addResourceScope(resource, allowed)
  }
}

/** Nobody skips consent to our own API, which could change the account. */
async function allowanceOf(
  { TOKEN_AUDIENCE }: GrantEnv,
  { oidc }: KoaContextWithOIDC,
  userId: string,
): Promise<IsAllowed> {
  const { client, result } = oidc
  const now = (result?.consent as { scopes?: string[] } | undefined)?.scopes ?? []
  const consented = new Set([...now, ...((await consentedScopes(userId, client?.clientId ?? '')) ?? [])])
  const isSkipped = (scope: string) => client?.skip_consent === true && !scope.startsWith(scopeOf(TOKEN_AUDIENCE, ''))
  return scope => isSkipped(scope) || consented.has(scope)
}
