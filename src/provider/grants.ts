import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { grantIdOf } from './artifacts.ts'
import { consentedScopes, scopeOf } from './consents.ts'

/**
 * Grants what the user agreed to, now or earlier. Each session has its own grant, so that what revokes it ends nothing elsewhere.
 * @returns undefined before the user agreed to anything
 */
export async function loadGrant(ctx: KoaContextWithOIDC) {
  const { client, session, account, provider } = ctx.oidc
  if (!client || !session || !account) return undefined
  const id = grantIdOf(session.uid, client.clientId)
  // The same id in all tokens, in the revocation list and in logout tokens.
  session.sidFor(client.clientId, session.uid)
  const grant = (await provider.Grant.find(id)) ?? newGrant(ctx, id)
  const before = JSON.stringify([grant.openid, grant.resources])
  addAllowed(ctx, grant, await allowanceOf(ctx, account.accountId))
  if (JSON.stringify([grant.openid, grant.resources]) !== before) await grant.save()
  return grant.openid || grant.resources ? grant : undefined
}

type IsAllowed = (scope: string) => boolean
type OidcGrant = InstanceType<Provider['Grant']>

function addAllowed({ oidc }: KoaContextWithOIDC, grant: OidcGrant, isAllowed: IsAllowed) {
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].filter(isAllowed))
  for (const [resource, { scopes }] of Object.entries(oidc.resourceServers ?? {})) {
    const asked = [...oidc.requestParamScopes].filter(scope => scopes.has(scope))
    grant.addResourceScope(
      resource,
      asked.filter(scope => isAllowed(scopeOf(resource, scope))),
    )
  }
}

function newGrant({ oidc: { client, account, provider } }: KoaContextWithOIDC, jti: string) {
  const grant = new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId })
  return Object.assign(grant, { jti })
}

async function allowanceOf({ oidc: { client } }: KoaContextWithOIDC, userId: string): Promise<IsAllowed> {
  if (client?.skip_consent === true) return () => true
  const consented = new Set(await consentedScopes(userId, client?.clientId ?? ''))
  return (scope: string) => consented.has(scope)
}
