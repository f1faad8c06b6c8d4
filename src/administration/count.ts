import { QueryTypes, type Sequelize } from 'sequelize'
import type { UserFilters } from './user-list.ts'

/** Counting a million rows takes longer than all the rest. */
export const COUNTED_TO = 10_000

/**
 * @param rows SQL after FROM, read along an index
 * @returns how many there are, COUNTED_TO and one more at most
 */
export async function countRows(sequelize: Sequelize, rows: string, replacements = {}): Promise<number> {
  const [row] = await sequelize.query<{ count: number | string }>(
    `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM ${rows} LIMIT ${COUNTED_TO + 1}) AS "some"`,
    { replacements, type: QueryTypes.SELECT },
  )
  return Number(row?.count ?? 0)
}

/** @returns null for a search and for filters that are applied row by row */
export async function countUsers(sequelize: Sequelize, filters: UserFilters): Promise<number | null> {
  const rows = rowsFor(filters)
  return rows === undefined ? null : await countRows(sequelize, rows, filters)
}

function rowsFor({ q, role, disabled, confirmed, secondFactor }: UserFilters): string | undefined {
  const used = [q, role, disabled, confirmed, secondFactor].filter(value => value !== undefined)
  if (used.length === 0) return '"Users" WHERE "id" IS NOT NULL'
  if (used.length > 1) return undefined
  if (role !== undefined) return '"UserRoles" WHERE "roleId" = (SELECT "id" FROM "Roles" WHERE "name" = :role)'
  if (disabled) return '"Users" WHERE "disabledAt" IS NOT NULL'
  if (confirmed === false) return '"Users" WHERE "emailVerifiedAt" IS NULL'
  return secondFactor === undefined ? undefined : '"Users" WHERE "secondFactor" = :secondFactor'
}
