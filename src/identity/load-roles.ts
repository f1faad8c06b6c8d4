import type { User } from '../../models/user.ts'
import { UserRole } from '../../models/user-role.ts'

/** With `include`, SQLite joins all of UserRoles first: a second per million users. */
export async function loadRoles<Users extends User[]>(users: Users): Promise<Users> {
  const ids = users.map(({ id }) => id)
  const grants =
    ids.length === 0
      ? []
      : await UserRole.findAll({
          attributes: ['userId'],
          where: { userId: ids },
          include: 'role',
        })
  for (const user of users)
    user.roles = grants.filter(({ userId }) => userId === user.id).flatMap(({ role }) => role ?? [])
  return users
}

export async function withRoles<Found extends User | null>(user: Found): Promise<Found> {
  if (user) await loadRoles([user])
  return user
}
