import type { Transaction } from 'sequelize'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import type { Permission } from './permissions.ts'

/** What an operator runs to create an administrator where there is one already, to paste and fill in. */
export const ANOTHER_ADMINISTRATOR =
  'npm run latchkey -- user create --email you@example.org --name "Your Name" --role admin'

/** Who has these, by whatever role, can give every other permission to themselves or to others. */
const ADMINISTRATION: Permission[] = ['users:write', 'roles:write']

/** Whether anybody can administer this server: an enabled user with a role that grants administration, whatever the role's name. */
export async function hasAdministrator(transaction?: Transaction): Promise<boolean> {
  const within = transaction ? { transaction } : {}
  const roles = await Role.findAll({ attributes: ['id', 'permissions'], ...within })
  const granting = roles.filter(role => ADMINISTRATION.every(permission => role.permissions.includes(permission)))
  const administrator = await User.findOne({
    attributes: ['id'],
    where: { disabledAt: null },
    include: { association: 'roles', attributes: [], where: { id: granting.map(({ id }) => id) } },
    ...within,
  })
  return administrator !== null
}
