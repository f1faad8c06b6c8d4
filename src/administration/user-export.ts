import { stringify } from 'csv-stringify/sync'
import type { Sequelize } from 'sequelize'
import type { User } from '../../models/user.ts'
import { cursorOf } from '../keyset.ts'
import { listUsers, type UserFilters } from './user-list.ts'

/** Users per event loop turn. */
const BATCH = 40

const COLUMNS = [
  'id',
  'email',
  'username',
  'name',
  'roles',
  'disabled',
  'emailVerified',
  'secondFactor',
  'createdAt',
  'lastSignInAt',
  'language',
]

/** CSV (RFC 4180) with a line of names. Cells that a spreadsheet would run are escaped (OWASP, CSV injection; ASVS 1.2.10). */
export async function* exportUsers(sequelize: Sequelize, filters: UserFilters): AsyncGenerator<string> {
  // The mark tells Excel that it is UTF-8.
  yield stringify([COLUMNS], { bom: true, record_delimiter: 'windows' })
  const sorting = { field: 'email', direction: 'ASC' } as const
  for (let cursor: string | undefined; ; ) {
    const { items, end } = await listUsers(sequelize, { ...filters, sorting, limit: BATCH, cursor })
    yield stringify(items.map(rowOf), { columns: COLUMNS, escape_formulas: true, record_delimiter: 'windows' })
    if (!end) return
    cursor = cursorOf(end)
  }
}

function rowOf(user: User) {
  const { roles, disabled, emailVerified, secondFactor, ...rest } = user.toListed()
  const flags = { disabled, emailVerified, secondFactor }
  const words = Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, String(value)]))
  return { ...rest, ...words, roles: roles.join(' ') }
}
