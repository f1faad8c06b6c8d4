import { col, fn, literal, Op, type Sequelize, type WhereOptions, where } from 'sequelize'
import { User } from '../../models/user.ts'
import { after, cursorOf, type Sorting } from '../http/pagination.ts'
import { HttpProblem } from '../http/problem.ts'

export const USER_SORTS = ['email', 'name', 'createdAt'] as const

export type UserSearch = {
  /** Part of an address, name or user name. */
  q?: string | undefined
  role?: string | undefined
  disabled?: boolean | undefined
  sorting: Sorting
  cursor?: string | undefined
  limit: number
}

/** One page of users with their roles. */
export const listUsers = async (sequelize: Sequelize, search: UserSearch) => {
  const { sorting, cursor, limit } = search
  const conditions = [...filters(sequelize, search), ...(cursor ? [after(cursor, sorting)] : [])]
  const found = await User.findAll({
    where: { [Op.and]: conditions },
    include: 'roles',
    order: [
      [sorting.field, sorting.direction],
      ['id', sorting.direction],
    ],
    limit: limit + 1,
  })
  const users = found.slice(0, limit)
  const last = found.length > limit ? users.at(-1) : undefined
  return { users, next: last ? cursorOf(last[sorting.field as 'email' | 'name' | 'createdAt'], last.id) : null }
}

const filters = (sequelize: Sequelize, { q, role, disabled }: UserSearch): WhereOptions[] => [
  ...(q ? [containing(sequelize, q.toLowerCase())] : []),
  ...(role ? [{ id: { [Op.in]: holdersOf(sequelize, role) } }] : []),
  ...(disabled === undefined ? [] : [{ disabledAt: disabled ? { [Op.ne]: null } : null }]),
]

/** By position, not by LIKE, so that `%` and `_` are what they are. */
const containing = (sequelize: Sequelize, part: string): WhereOptions => {
  const position = sequelize.getDialect() === 'postgres' ? 'strpos' : 'instr'
  const has = (column: string) => where(fn(position, fn('lower', col(`User.${column}`)), part), { [Op.gt]: 0 })
  return { [Op.or]: ['email', 'name', 'username'].map(has) }
}

const holdersOf = (sequelize: Sequelize, role: string) =>
  literal(
    `(SELECT ur."userId" FROM "UserRoles" ur JOIN "Roles" r ON r."id" = ur."roleId" WHERE r."name" = ${sequelize.escape(role)})`,
  )

/** @returns the user with its roles. @throws 404 */
export const userById = async (id: string): Promise<User> => {
  const user = await User.findByPk(id, { include: 'roles' })
  if (!user) throw new HttpProblem(404, 'not_found', 'There is no user with this id. GET /api/v1/users lists them.')
  return user
}
