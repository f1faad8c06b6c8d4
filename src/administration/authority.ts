import type { User } from '../../models/user.ts'
import type { Principal } from '../identity/principal.ts'
import { problems } from '../problems.ts'

/** Invites in their language. */
export type Actor = Pick<Principal, 'id' | 'permissions' | 'language'>

/** Otherwise `users:write` would be as good as `admin` (ASVS 8.2.1, 8.2.3). @throws 403 */
export function demandAuthority(actor: Actor, permissions: Iterable<string>) {
  const missing = [...new Set(permissions)].filter(each => !actor.permissions.has(each)).sort()
  if (missing.length > 0) throw problems.authorityMissing(missing)
}

/** @param user with its roles */
export const permissionsOf = (user: User) => (user.roles ?? []).flatMap(role => role.permissions)
