import type { Sequelize } from 'sequelize'
import { User } from '../../models/user.ts'
import { roleNamed } from '../administration/roles.ts'
import type { Audit } from '../audit/audit.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type Principal, principalOf } from '../identity/principal.ts'
import type { Person } from './people.ts'

export type Member = Principal

type Credentials = { passwordHash: string; at: Date }

/** All share one password hash, because 40 would take a minute. */
export async function addUser(
  { sequelize, audit }: { sequelize: Sequelize; audit: Audit },
  { role, ...person }: Person,
  { passwordHash, at }: Credentials,
): Promise<Member> {
  const emailVerifiedAt = person.name.length % 5 === 0 ? null : at
  const { id } = await sequelize.transaction(async () => {
    const user = await User.create({ ...person, passwordHash, emailVerifiedAt, createdAt: at })
    await user.addRole(await roleNamed(role))
    await audit.record('user_created', { userId: user.id, details: { roles: [role], by: 'registration' } })
    return user
  })
  return principalOf(await withRoles(await User.findByPk(id, { rejectOnEmpty: true })))
}
