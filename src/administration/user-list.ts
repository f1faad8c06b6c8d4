import { Op, type Sequelize, type WhereOptions } from 'sequelize'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { UserRole } from '../../models/user-role.ts'
import { searchKeyOf, searchKeysOf, UserSearchKey } from '../../models/user-search-key.ts'
import { loadRoles, withRoles } from '../identity/load-roles.ts'
import {
  beyond,
  type Page,
  type Position,
  positionOf,
  readPage,
  type Sorting,
  TEXT_VALUE,
  TIME_VALUE,
} from '../keyset.ts'
import { problems } from '../problems.ts'

export const USER_SORTS = ['email', 'name', 'createdAt'] as const

/** Sorts after every character. */
const HIGHEST = '\u{10ffff}'

export type UserSearch = {
  /** Prefix of an address, a username, or a name from any of its words on. */
  q?: string | undefined
  role?: string | undefined
  disabled?: boolean | undefined
  /** Only where neither `q` nor `role` is given. */
  sorting: Sorting
  cursor?: string | undefined
  limit: number
}

/** Reads along an index; other conditions filter row by row, so that a page may be short. */
export async function listUsers(sequelize: Sequelize, search: UserSearch): Promise<Page<User>> {
  const { q, role, disabled, sorting, limit, cursor } = search
  const walk = await walkFor(sequelize, search)
  const prefix = q === undefined ? undefined : searchKeyOf(q)
  const isShown = (user: User, { value }: Position) =>
    (disabled === undefined || (user.disabledAt !== null) === disabled) &&
    (role === undefined || (user.roles ?? []).some(({ name }) => name === role)) &&
    (prefix === undefined || value === searchKeysOf(user).find(key => key.startsWith(prefix)))

  const kind = q === undefined && (role !== undefined || sorting.field === 'createdAt') ? TIME_VALUE : TEXT_VALUE
  return readPage(limit, positionOf(cursor, kind), async (after, count) => {
    const positions = await walk(after, count)
    const users = await usersById(positions.map(({ id }) => id))
    return positions.map(position => {
      const user = users.get(position.id)
      return { position, shown: user && isShown(user, position) ? user : undefined }
    })
  })
}

type Walk = (after: Position | undefined, count: number) => Promise<Position[]>

async function walkFor(sequelize: Sequelize, { q, role, disabled, sorting }: UserSearch): Promise<Walk> {
  if (q !== undefined) return alongSearchKeys(sequelize, searchKeyOf(q))
  if (role !== undefined) {
    const found = await Role.findOne({ attributes: ['id'], where: { name: role } })
    return found ? alongGrants(sequelize, found.id) : async () => []
  }
  return alongSorting(sequelize, sorting, disabled === true)
}

function alongSearchKeys(sequelize: Sequelize, prefix: string): Walk {
  return async (after, count) => {
    const rows = await UserSearchKey.findAll({
      where: {
        key: { [Op.gte]: prefix, [Op.lt]: prefix + HIGHEST },
        ...(after && { [Op.and]: beyond(sequelize, ['key', 'userId'], 'ASC', [after.value, after.id]) }),
      },
      order: ['key', 'userId'],
      limit: count,
      raw: true,
    })
    return rows.map(({ key, userId }) => ({ value: key, id: userId }))
  }
}

function alongGrants(sequelize: Sequelize, roleId: string): Walk {
  return async (after, count) => {
    const grants = await UserRole.findAll({
      attributes: ['userId', 'createdAt'],
      where: {
        roleId,
        ...(after && {
          [Op.and]: beyond(sequelize, ['createdAt', 'userId'], 'DESC', [new Date(after.value), after.id]),
        }),
      },
      order: [
        ['createdAt', 'DESC'],
        ['userId', 'DESC'],
      ],
      limit: count,
    })
    return grants.map(({ createdAt, userId }) => ({ value: createdAt.toISOString(), id: userId }))
  }
}

function alongSorting(sequelize: Sequelize, { field, direction }: Sorting, onlyDisabled: boolean): Walk {
  const disabled = onlyDisabled ? { disabledAt: { [Op.ne]: null } } : {}
  if (field !== 'name' && field !== 'createdAt') return alongAddresses(direction, disabled)
  const columns = [field, 'id']
  return async (after, count) => {
    const values = after && [field === 'createdAt' ? new Date(after.value) : after.value, after.id]
    const users = await User.findAll({
      attributes: columns,
      where: { ...disabled, ...(values && { [Op.and]: beyond(sequelize, columns, direction, values) }) },
      order: columns.map(name => [name, direction]),
      limit: count,
    })
    return users.map(({ id, [field]: value }) => ({
      value: typeof value === 'string' ? value : value.toISOString(),
      id,
    }))
  }
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Users without an address come last, by id; their positions have an empty value. */
function alongAddresses(direction: Sorting['direction'], disabled: WhereOptions<User>): Walk {
  async function addressed({ value }: { value?: string }, limit: number): Promise<Position[]> {
    const users = await User.findAll({
      attributes: ['id', 'email'],
      // No second column: addresses are unique, and the index has nothing else.
      where: { ...disabled, email: { [Op.ne]: null, ...(value && { [direction === 'ASC' ? Op.gt : Op.lt]: value }) } },
      order: [['email', direction]],
      limit,
    })
    return users.map(({ id, email }) => ({ value: email ?? '', id }))
  }

  async function unaddressed(after: string, limit: number): Promise<Position[]> {
    const where = { ...disabled, email: null, id: { [Op.gt]: after } }
    const users = await User.findAll({ attributes: ['id'], where, order: ['id'], limit })
    return users.map(({ id }) => ({ value: '', id }))
  }

  return async (after, count) => {
    if (after?.value === '') return unaddressed(after.id, count)
    const first = await addressed(after ?? {}, count)
    return first.length === count ? first : [...first, ...(await unaddressed(BEFORE_ALL, count - first.length))]
  }
}

async function usersById(ids: string[]): Promise<Map<string, User>> {
  if (ids.length === 0) return new Map()
  const users = await loadRoles(await User.findAll({ where: { id: ids } }))
  return new Map(users.map(user => [user.id, user]))
}

/** @throws 404 */
export async function userById(id: string): Promise<User> {
  const user = await withRoles(await User.findByPk(id))
  if (!user) throw problems.notFound('user', 'GET /api/v1/users')
  return user
}
