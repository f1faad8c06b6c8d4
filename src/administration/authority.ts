import type { User } from '../../models/user.ts'
import { problems } from '../problems.ts'

/** Who administers, with the permissions that count for this request. */
export type Actor = { id: string; permissions: ReadonlySet<string> }

/**
 * Nobody works on an account, or hands out permissions, beyond what they may themselves: else `users:write` would be as good as `admin`
 * (ASVS 8.2.1, 8.2.3).
 * @throws 403 that names what is missing
 */
export function demandAuthority(actor: Actor, permissions: Iterable<string>) {
  const missing = [...new Set(permissions)].filter(each => !actor.permissions.has(each)).sort()
  if (missing.length > 0) throw problems.authorityMissing(missing)
}

/** @param user with its roles */
export const permissionsOf = (user: User) => (user.roles ?? []).flatMap(role => role.permissions)
