import { Role } from '../../models/role.ts'
import type { User } from '../../models/user.ts'
import { findByIdentifier } from '../sign-in/password.ts'
import { Refusal } from './refusal.ts'

/** @throws Refusal where no user has this e-mail address or user name */
export async function userNamed(identifier: string): Promise<User> {
  const user = await findByIdentifier(identifier)
  if (!user) throw new Refusal(`There is no user ${identifier}. \`user list\` shows who there is.`)
  return user
}

/** @throws Refusal that names the unknown ones and those there are */
export async function rolesNamed(names: string[]): Promise<Role[]> {
  const roles = await Role.findAll({ order: ['name'] })
  const known = roles.map(({ name }) => name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0) throw new Refusal(`There is no role ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
  return roles.filter(({ name }) => names.includes(name))
}
