import { LRUCache } from 'lru-cache'
import type { Database } from '../../configs/database.ts'
import type { Principal } from './principal.ts'

/** The columns of a user and its roles, as joined to a session or a token past the ORM. */
export type JoinedUser = {
  email: string | null
  name: string | null
  username: string | null
  disabledAt: Date | string | null
  /** `["<role>",["<permission>",…]]` for each role, with commas between them; null for none. */
  grants: string | null
}

/** SQL for `grants` of a user. @param userId the column that holds its id */
export const grantsOf = ({ dialect }: Database, userId: string) => {
  const grant =
    dialect === 'postgres'
      ? 'json_build_array(r."name", r."permissions")::text'
      : 'json_array(r."name", json(r."permissions"))'
  return `(SELECT string_agg(${grant}, ',') FROM "UserRoles" ur JOIN "Roles" r ON r."id" = ur."roleId" WHERE ur."userId" = ${userId})`
}

type Grants = Pick<Principal, 'roles' | 'permissions'>

/** Most users have the same few roles: what those amount to is worked out once, and shared. */
const known = new LRUCache<string, Grants>({ max: 1000, memoMethod: text => readGrants(text) })

const readGrants = (text: string): Grants => {
  const grants: [role: string, permissions: string[]][] = JSON.parse(`[${text}]`)
  return {
    roles: grants.map(([role]) => role).sort(),
    permissions: new Set(grants.flatMap(([, permissions]) => permissions)),
  }
}

/** @returns undefined where the user is gone or disabled (ASVS 7.4.2, 8.3.2) */
export const principalOfRow = (id: string, row: JoinedUser): Principal | undefined => {
  if (row.email === null || row.disabledAt !== null) return undefined
  const { roles, permissions } = known.memo(row.grants ?? '')
  return { id, email: row.email, name: row.name ?? '', username: row.username, roles, permissions }
}
