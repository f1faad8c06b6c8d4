import { QueryTypes, type Sequelize, Transaction } from 'sequelize'
import { Role } from '../../models/role.ts'
import { problems } from '../problems.ts'
import { PERMISSIONS } from './permissions.ts'

export const ANOTHER_ADMINISTRATOR =
  'npm run latchkey -- user create --email you@example.org --name "Your Name" --role admin'

/** Whether one enabled user holds every administrative permission. */
export async function hasAdministrator(): Promise<boolean> {
  const roles = await Role.findAll({ attributes: ['id', 'permissions'] })
  const [role, ...others] = roles.filter(({ permissions }) => permissions.includes('roles:write'))
  if (!role) return false
  const changing = [role, ...others].map(({ id }) => id)
  const held = await role.sequelize.query<{ userId: string; roleId: string }>(
    `SELECT ur."userId", ur."roleId" FROM "UserRoles" ur JOIN "Users" u ON u."id" = ur."userId"
     WHERE u."disabledAt" IS NULL AND ur."userId" IN (SELECT "userId" FROM "UserRoles" WHERE "roleId" IN (:changing))`,
    { replacements: { changing }, type: QueryTypes.SELECT },
  )
  const permissionsById = new Map(roles.map(({ id, permissions }) => [id, permissions]))
  return [...Map.groupBy(held, ({ userId }) => userId).values()].some(rows => {
    const permissions = rows.flatMap(({ roleId }) => permissionsById.get(roleId) ?? [])
    return PERMISSIONS.every(permission => permissions.includes(permission))
  })
}

/** Runs one change at a time (ASVS 2.3.4). @throws 409 `last_administrator` */
export function withAnAdministratorLeft<Result>(sequelize: Sequelize, change: () => Promise<Result>): Promise<Result> {
  return sequelize.transaction(async () => {
    await Role.findOne({ where: { name: 'admin' }, lock: Transaction.LOCK.NO_KEY_UPDATE })
    const existed = await hasAdministrator()
    const result = await change()
    if (existed && !(await hasAdministrator())) throw problems.lastAdministrator()
    return result
  })
}
