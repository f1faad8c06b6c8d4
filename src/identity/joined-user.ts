import { type Database, jsonOf } from '../../configs/database.ts'
import type { Role } from '../../models/role.ts'
import type { Language } from '../languages.ts'
import { combined, type Principal } from './principal.ts'

type Grant = Pick<Role, 'name' | 'permissions'>

export type JoinedUser = {
  email: string | null
  /** Null if the user is gone. */
  name: string | null
  username: string | null
  language: Language | null
  disabledAt: Date | string | null
  emailVerifiedAt: Date | string | null
  /** Null on PostgreSQL if there are none. */
  grants: Grant[] | string | null
}

export function grantsOf({ dialect }: Database, userId: string) {
  const grants =
    dialect === 'postgres'
      ? `json_agg(json_build_object('name', r."name", 'permissions', r."permissions"))`
      : `json_group_array(json_object('name', r."name", 'permissions', json(r."permissions")))`
  return `(SELECT ${grants} FROM "UserRoles" ur JOIN "Roles" r ON r."id" = ur."roleId" WHERE ur."userId" = ${userId})`
}

/** @returns undefined if the user is deleted or disabled (ASVS 7.4.2, 8.3.2) */
export function principalOfRow(id: string, row: JoinedUser): Principal | undefined {
  if (row.name === null || row.disabledAt !== null) return undefined
  const { email, name, username, language, emailVerifiedAt } = row
  const roles = combined(jsonOf<Grant[]>(row.grants ?? []))
  const emailVerified = email !== null && emailVerifiedAt !== null
  return { id, email, emailVerified, name, username, language, ...roles }
}
