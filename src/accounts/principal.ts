import type { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'

/** Who is asking: read with the session, never stored in it, so that a change of role counts at the next request (ASVS 8.3.2). */
export type Principal = {
  id: string
  email: string
  name: string
  username: string | null
  roles: readonly string[]
  permissions: ReadonlySet<string>
}

type Grant = Pick<Role, 'name' | 'permissions'>

/** What these roles amount to together. */
export const combined = (roles: readonly Grant[]): Pick<Principal, 'roles' | 'permissions'> => ({
  roles: roles.map(({ name }) => name).sort(),
  permissions: new Set(roles.flatMap(({ permissions }) => permissions)),
})

/** @param user with its roles loaded */
export const principalOf = (user: User): Principal => ({
  id: user.id,
  email: user.email,
  name: user.name,
  username: user.username,
  ...combined(user.roles ?? []),
})

/** Somebody whose password was just checked, with the stored hash that it was checked against; for that request only. */
export type Verified = Principal & Pick<User, 'passwordHash'>

declare global {
  namespace Express {
    interface User extends Principal {}
  }
}
