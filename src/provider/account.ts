import type { Account, Client as OidcClient } from 'oidc-provider'
import { User } from '../../models/user.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type Principal, principalOf } from '../identity/principal.ts'

/** Claims by scope (OpenID Connect Core 1.0, section 5.4; `groups` is ours). */
export const CLAIMS = {
  openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups', 'permissions'],
}

/** That an application may ask a user for. */
export const SCOPES = [...Object.keys(CLAIMS), 'offline_access']

/** @returns undefined if the user is deleted or disabled */
export async function findPrincipal(userId: string): Promise<Principal | undefined> {
  const user = await withRoles(await User.findOne({ where: { id: userId, disabledAt: null } }))
  return user ? principalOf(user) : undefined
}

/** @param roles of which one is enough; undefined or null for every user */
export function mayUse({ roles: own }: Principal, roles: readonly string[] | null | undefined): boolean {
  return !roles || own.some(role => roles.includes(role))
}

export function rolesOf(client: OidcClient | undefined): string[] | null {
  return (client?.roles as string[] | null | undefined) ?? null
}

/** @param sessionId public id of the session that the claims are asked in */
export function accountOf(principal: Principal, sessionId: string | undefined): Account {
  const { id, email, emailVerified, name, username, roles, permissions } = principal
  return {
    accountId: id,
    claims: async () => ({
      sub: id,
      ...(sessionId !== undefined && { sid: sessionId }),
      name,
      ...(username !== null && { preferred_username: username }),
      ...(email !== null && { email, email_verified: emailVerified }),
      groups: [...roles],
      permissions: [...permissions].sort(),
    }),
  }
}
