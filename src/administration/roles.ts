import { Op, QueryTypes, type Sequelize, Transaction } from 'sequelize'
import { currentTransaction } from '../../configs/database/transactions.ts'
import { Role } from '../../models/role.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import { withAnAdministratorLeft } from '../identity/administrators.ts'
import { beyond, type Page, type PageWish, pageOfRows, positionOf, TEXT_VALUE } from '../keyset.ts'
import { problems } from '../problems.ts'
import { unlessTaken } from '../unless-taken.ts'
import { type Actor, demandAuthority } from './authority.ts'

type RoleDeps = Pick<AccountDeps, 'sequelize' | 'audit' | 'store'>
type RoleContent = { description: string; permissions: string[] }

/** @throws 409 `role_exists`, 403 for a permission that the actor lacks */
export async function createRole(deps: RoleDeps, actor: Actor, content: RoleContent & { name: string }): Promise<Role> {
  demandAuthority(actor, content.permissions)
  return await deps.sequelize.transaction(async () => {
    const role = await unlessTaken(Role.create(content), problems.roleExists)
    await recordChange(deps, actor, role)
    return role
  })
}

/** @throws 404, 409 for `admin` or `last_administrator`, 403 for a changed permission not held */
export async function updateRole(
  deps: RoleDeps,
  actor: Actor,
  name: string,
  change: Partial<RoleContent>,
  unchanged: (role: Role) => void,
): Promise<Role> {
  const role = await withAnAdministratorLeft(deps.sequelize, async () => {
    const found = await roleNamed(name)
    unchanged(found)
    if (found.name === 'admin') throw problems.builtInRole(found.name)
    if (change.permissions) demandAuthority(actor, differences(found.permissions, change.permissions))
    await found.update(change)
    await recordChange(deps, actor, found)
    return found
  })
  deps.store.forgetAll()
  return role
}

/** @throws 404, 409 for a built-in role or `last_administrator`, 403 for a permission not held */
export async function deleteRole(deps: RoleDeps, actor: Actor, name: string): Promise<void> {
  await withAnAdministratorLeft(deps.sequelize, async () => {
    const role = await roleNamed(name)
    if (role.builtIn) throw problems.builtInRole(role.name)
    demandAuthority(actor, role.permissions)
    await role.destroy()
    await deps.audit.record('privilege_permissions_changed', {
      actorId: actor.id,
      details: { role: name, deleted: true },
    })
  })
  deps.store.forgetAll()
}

/** @throws 422 for an invalid cursor */
export async function readRoles(sequelize: Sequelize, { limit, cursor }: PageWish): Promise<Page<Role>> {
  const after = positionOf(cursor, TEXT_VALUE)
  const rows = await Role.findAll({
    ...(after && { where: { [Op.and]: beyond(sequelize, ['name'], 'ASC', [after.value]) } }),
    order: ['name'],
    limit: limit + 1,
  })
  return pageOfRows(rows, limit, ({ name, id }) => ({ value: name, id }))
}

/** Counting a million rows takes longer than all the rest. */
export const COUNTED_USERS = 1000

/** @returns how many users have the role, COUNTED_USERS and one more at most */
export async function countUsersWith(sequelize: Sequelize, roleId: string): Promise<number> {
  const [row] = await sequelize.query<{ count: number | string }>(
    `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM "UserRoles" WHERE "roleId" = :roleId LIMIT ${COUNTED_USERS + 1}) AS "some"`,
    { replacements: { roleId }, type: QueryTypes.SELECT },
  )
  return Number(row?.count ?? 0)
}

/** @throws 404 */
export async function roleNamed(name: string): Promise<Role> {
  const role = await Role.findOne({ where: { name }, ...(currentTransaction() && { lock: Transaction.LOCK.UPDATE }) })
  if (!role) throw problems.notFound('role', 'GET /api/v1/roles')
  return role
}

function recordChange({ audit }: RoleDeps, actor: Actor, { name, permissions }: Role) {
  return audit.record('privilege_permissions_changed', { actorId: actor.id, details: { role: name, permissions } })
}

function differences(before: string[], now: string[]) {
  return [...before, ...now].filter(each => before.includes(each) !== now.includes(each))
}
