import type { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'
import type { Language } from '../languages.ts'

/** Read at each request, so that a role change applies at once (ASVS 8.3.2). */
export type Principal = {
  id: string
  email: string | null
  /** If false, the address may belong to someone else. */
  emailVerified: boolean
  name: string
  username: string | null
  language: Language | null
  roles: readonly string[]
  permissions: ReadonlySet<string>
}

type Grant = Pick<Role, 'name' | 'permissions'>

export function combined(roles: readonly Grant[]): Pick<Principal, 'roles' | 'permissions'> {
  return {
    roles: roles.map(({ name }) => name).sort(),
    permissions: new Set(roles.flatMap(({ permissions }) => permissions)),
  }
}

export function principalOf(user: User): Principal {
  return {
    id: user.id,
    email: user.email,
    emailVerified: user.email !== null && user.emailVerifiedAt !== null,
    name: user.name,
    username: user.username,
    language: user.language,
    ...combined(user.roles ?? []),
  }
}

export type Verified = Principal & AccountState & Pick<User, 'reviewSince'>
export type AccountState = Pick<User, 'passwordHash' | 'securityVersion'>

export function verifiedOf(user: User): Verified {
  const { passwordHash, securityVersion, reviewSince } = user
  return { ...principalOf(user), passwordHash, securityVersion, reviewSince }
}

declare global {
  namespace Express {
    interface User extends Principal {}
  }
}
