import { UniqueConstraintError } from 'sequelize'
import { User } from '../../models/user.ts'
import { UsernameSchema } from '../identity/identifiers.ts'
import { findByIdentifier } from './password.ts'

export async function bypassUser(name: string): Promise<User | undefined> {
  const user = (await findByIdentifier(name)) ?? (await createBypassUser(name))
  return user && user.disabledAt === null ? user : undefined
}

async function createBypassUser(name: string): Promise<User | undefined> {
  const username = UsernameSchema.safeParse(name).data
  if (username === undefined) return undefined
  try {
    return await User.create({ username, name, email: null, passwordHash: null })
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error
    return (await findByIdentifier(name)) ?? undefined
  }
}
