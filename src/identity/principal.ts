import type { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'

/** Who is asking: read with the session, never stored in it, so that a change of role counts at the next request (ASVS 8.3.2). */
export type Principal = {
  id: string
  email: string
  /** Whether its owner proved that mail to the address reaches them; if not, it may be anybody's. */
  emailVerified: boolean
  name: string
  username: string | null
  roles: readonly string[]
  permissions: ReadonlySet<string>
}

type Grant = Pick<Role, 'name' | 'permissions'>

/** Merges roles into one list of names and one set of permissions. */
export function combined(roles: readonly Grant[]): Pick<Principal, 'roles' | 'permissions'> {
  return {
    roles: roles.map(({ name }) => name).sort(),
    permissions: new Set(roles.flatMap(({ permissions }) => permissions)),
  }
}

/** @param user with its roles loaded */
export function principalOf(user: User): Principal {
  return {
    id: user.id,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    name: user.name,
    username: user.username,
    ...combined(user.roles ?? []),
  }
}

/** Somebody whose credential was just checked, and what the account was at that moment; for that request only. */
export type Verified = Principal & AccountState & Pick<User, 'reviewSince'>
export type AccountState = Pick<User, 'passwordHash' | 'securityVersion'>

/** @param user with its roles loaded */
export function verifiedOf(user: User): Verified {
  const { passwordHash, securityVersion, reviewSince } = user
  return { ...principalOf(user), passwordHash, securityVersion, reviewSince }
}

declare global {
  namespace Express {
    interface User extends Principal {}
  }
}
