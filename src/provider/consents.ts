import { Consent } from '../../models/consent.ts'
import { findClient } from './clients.ts'

/** @returns undefined if the user never agreed */
export async function consentedScopes(userId: string, clientId: string): Promise<string[] | undefined> {
  const consent = await Consent.findOne({ where: { userId, clientId } })
  return consent?.scopes
}

/** Not for clients that are known by a document only, which may change. */
export async function rememberConsent(userId: string, clientId: string, scopes: string[]) {
  if (!(await findClient(clientId))) return
  const earlier = (await consentedScopes(userId, clientId)) ?? []
  await Consent.upsert({ userId, clientId, scopes: [...new Set([...earlier, ...scopes])].sort() })
}

/** How a consent names the scope of a resource. */
export function scopeOf(resource: string, scope: string): string {
  return `${resource} ${scope}`
}
