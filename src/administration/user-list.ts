import { Op, type Sequelize, type WhereOptions } from 'sequelize'
import { z } from 'zod'
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

export const USER_SORTS = ['email', 'name', 'createdAt', 'lastSignInAt'] as const

/** Sorts after every character. */
const HIGHEST = '\u{10ffff}'

export type UserFilters = {
  /** Prefix of an address, a username, or a name from any of its words on. */
  q?: string | undefined
  role?: string | undefined
  disabled?: boolean | undefined
  confirmed?: boolean | undefined
  secondFactor?: boolean | undefined
}

export type UserSearch = UserFilters & {
  /** Only where no filter has an order of its own. */
  sorting: Sorting
  cursor?: string | undefined
  limit: number
}

/** Whether a filter is read along an index of its own, which sorts the results. */
export function hasFixedOrder({ q, role, confirmed, secondFactor }: UserFilters): boolean {
  return q !== undefined || role !== undefined || secondFactor !== undefined || confirmed === false
}

/** Reads along an index; other conditions filter row by row, so that a page may be short. */
export async function listUsers(sequelize: Sequelize, search: UserSearch): Promise<Page<User>> {
  const { q, limit, cursor } = search
  const walk = await walkFor(sequelize, search)
  const prefix = q === undefined ? undefined : searchKeyOf(q)
  const isShown = (user: User, { value }: Position) =>
    fits(user, search) && (prefix === undefined || value === searchKeysOf(user).find(key => key.startsWith(prefix)))

  return readPage(limit, positionOf(cursor, positionsOf(search)), async (after, count) => {
    const positions = await walk(after, count)
    const users = await usersById(positions.map(({ id }) => id))
    return positions.map(position => {
      const user = users.get(position.id)
      return { position, shown: user && isShown(user, position) ? user : undefined }
    })
  })
}

function fits(user: User, { role, disabled, confirmed, secondFactor }: UserFilters): boolean {
  return (
    (disabled === undefined || (user.disabledAt !== null) === disabled) &&
    (confirmed === undefined || user.toPublic().emailVerified === confirmed) &&
    (secondFactor === undefined || user.secondFactor === secondFactor) &&
    (role === undefined || (user.roles ?? []).some(({ name }) => name === role))
  )
}

/** An empty text is the position of those who lack what the list is sorted by. */
function positionsOf({ sorting: { field }, ...filters }: UserSearch) {
  if (filters.q !== undefined) return TEXT_VALUE
  if (hasFixedOrder(filters) || field === 'createdAt') return TIME_VALUE
  return field === 'lastSignInAt' ? TIME_VALUE.or(z.literal('')) : TEXT_VALUE
}

type Walk = (after: Position | undefined, count: number) => Promise<Position[]>

const NEWEST_FIRST: Sorting = { field: 'createdAt', direction: 'DESC' }

async function walkFor(sequelize: Sequelize, search: UserSearch): Promise<Walk> {
  const { q, role, disabled, confirmed, secondFactor, sorting } = search
  if (q !== undefined) return alongSearchKeys(sequelize, searchKeyOf(q))
  if (role !== undefined) {
    const found = await Role.findOne({ attributes: ['id'], where: { name: role } })
    return found ? alongGrants(sequelize, found.id) : async () => []
  }
  if (secondFactor !== undefined) return alongColumn(sequelize, NEWEST_FIRST, { secondFactor })
  if (confirmed === false) return alongColumn(sequelize, NEWEST_FIRST, { emailVerifiedAt: null })
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

function alongSorting(sequelize: Sequelize, sorting: Sorting, onlyDisabled: boolean): Walk {
  const disabled = onlyDisabled ? { disabledAt: { [Op.ne]: null } } : {}
  if (sorting.field === 'name' || sorting.field === 'createdAt') return alongColumn(sequelize, sorting, disabled)
  if (sorting.field === 'lastSignInAt') {
    const signedIn = alongColumn(sequelize, sorting, { ...disabled, lastSignInAt: { [Op.ne]: null } })
    return thenWithout('lastSignInAt', signedIn, disabled)
  }
  return thenWithout('email', alongAddresses(sorting.direction, disabled), disabled)
}

function alongColumn(sequelize: Sequelize, { field, direction }: Sorting, where: WhereOptions<User>): Walk {
  const column = field as 'name' | 'createdAt' | 'lastSignInAt'
  const columns = [column, 'id']
  return async (after, count) => {
    const values = after && [column === 'name' ? after.value : new Date(after.value), after.id]
    const users = await User.findAll({
      attributes: columns,
      where: { ...where, ...(values && { [Op.and]: beyond(sequelize, columns, direction, values) }) },
      order: columns.map(name => [name, direction]),
      limit: count,
    })
    return users.map(({ id, [column]: value }) => ({
      value: value instanceof Date ? value.toISOString() : (value ?? ''),
      id,
    }))
  }
}

function alongAddresses(direction: Sorting['direction'], disabled: WhereOptions<User>): Walk {
  return async (after, limit) => {
    const beyondLast = after && { [direction === 'ASC' ? Op.gt : Op.lt]: after.value }
    const users = await User.findAll({
      attributes: ['id', 'email'],
      // No second column: addresses are unique, and the index has nothing else.
      where: { ...disabled, email: { [Op.ne]: null, ...beyondLast } },
      order: [['email', direction]],
      limit,
    })
    return users.map(({ id, email }) => ({ value: email ?? '', id }))
  }
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Users without a value come last, by id; their positions have an empty value. */
function thenWithout(column: 'email' | 'lastSignInAt', walk: Walk, disabled: WhereOptions<User>): Walk {
  async function without(after: string, limit: number): Promise<Position[]> {
    const where = { ...disabled, [column]: null, id: { [Op.gt]: after } }
    const users = await User.findAll({ attributes: ['id'], where, order: ['id'], limit })
    return users.map(({ id }) => ({ value: '', id }))
  }
  return async (after, count) => {
    if (after?.value === '') return without(after.id, count)
    const first = await walk(after, count)
    return first.length === count ? first : [...first, ...(await without(BEFORE_ALL, count - first.length))]
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
