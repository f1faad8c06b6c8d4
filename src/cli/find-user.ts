import { z } from 'zod'
import { Role } from '../../models/role.ts'
import { User } from '../../models/user.ts'
import { withRoles } from '../identity/load-roles.ts'
import { findByIdentifier } from '../sign-in/password.ts'
import { Refusal } from './refusal.ts'

/**
 * @param identifier email address, username or id; an id wins over a username that looks like one
 * @throws Refusal where there is no such user
 */
export async function userNamed(identifier: string): Promise<User> {
  const user = (await findById(identifier)) ?? (await findByIdentifier(identifier))
  if (!user) throw new Refusal(`No user matches ${identifier}. \`npm run latchkey -- user list\` shows all users.`)
  return user
}

async function findById(id: string): Promise<User | null> {
  return z.uuid().safeParse(id).success ? withRoles(await User.findByPk(id.toLowerCase())) : null
}

/** @throws Refusal that names the unknown ones and those there are */
export async function rolesNamed(names: string[]): Promise<Role[]> {
  const roles = await Role.findAll({ order: ['name'] })
  const known = roles.map(({ name }) => name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0) throw new Refusal(`Unknown role: ${unknown.join(', ')}. Roles: ${known.join(', ')}.`)
  return roles.filter(({ name }) => names.includes(name))
}
