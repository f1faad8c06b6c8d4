import type Provider from 'oidc-provider'

/** What an application may do lasts no longer than the session. */
export function grantIdOf(sessionId: string, clientId: string): string {
  return `${sessionId}:${clientId}`
}

type Holder = { id: string; userId: string; clientId: string }

/** A new one is not saved yet. */
export async function findOrStartGrant(provider: Provider, { id, userId: accountId, clientId }: Holder) {
  const existing = await provider.Grant.find(id)
  return existing ?? Object.assign(new provider.Grant({ accountId, clientId }), { jti: id })
}
