import { LRUCache } from 'lru-cache'
import type { Database } from '../../configs/database.ts'
import { combined, type Principal } from './principal.ts'

/** The columns of a user and its roles, as joined to a session or a token past the ORM. */
export type JoinedUser = {
  email: string | null
  name: string | null
  username: string | null
  disabledAt: Date | string | null
  emailVerifiedAt: Date | string | null
  /** `{"name":…,"permissions":[…]}` for each role, with commas between them; null for none. */
  grants: string | null
}

/** SQL for `grants` of a user. @param userId the column that holds its id */
export const grantsOf = ({ dialect }: Database, userId: string) => {
  const grant =
    dialect === 'postgres'
      ? `json_build_object('name', r."name", 'permissions', r."permissions")::text`
      : `json_object('name', r."name", 'permissions', json(r."permissions"))`
  return `(SELECT string_agg(${grant}, ',') FROM "UserRoles" ur JOIN "Roles" r ON r."id" = ur."roleId" WHERE ur."userId" = ${userId})`
}

/** Most users have the same few roles: what those amount to is worked out once, and shared. */
const known = new LRUCache<string, ReturnType<typeof combined>>({
  max: 1000,
  memoMethod: grants => combined(JSON.parse(`[${grants}]`)),
})

/** @returns undefined where the user is gone or disabled (ASVS 7.4.2, 8.3.2) */
export const principalOfRow = (id: string, row: JoinedUser): Principal | undefined => {
  if (row.email === null || row.disabledAt !== null) return undefined
  const { email, name, username, emailVerifiedAt, grants } = row
  return { id, email, emailVerified: emailVerifiedAt !== null, name: name ?? '', username, ...known.memo(grants ?? '') }
}
