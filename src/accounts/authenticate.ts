import { User } from '../../models/user.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { canonical } from './identifiers.ts'

/**
 * Verifies a password. An unknown, a disabled and a password-less account cost the same time as a wrong password and give the same
 * result (ASVS 6.3.8); a hash under an old scheme or cost is replaced on the way (ASVS 11.2.2).
 * @param identifier e-mail address or user name
 * @returns the user with its roles, or undefined
 */
export const authenticate = async (
  hasher: PasswordHasher,
  identifier: string,
  password: string,
): Promise<User | undefined> => {
  const user = await findByIdentifier(identifier)
  if (!user?.passwordHash) {
    await hasher.verifyDecoy(password)
    return undefined
  }
  const { matches, outdated } = await hasher.verify(password, user.passwordHash)
  if (!matches || user.disabledAt !== null) return undefined
  if (outdated) await upgradeHash(hasher, user, user.passwordHash, password)
  return user
}

/** @returns the user with its roles, or null */
export const findByIdentifier = (identifier: string): Promise<User | null> => {
  const value = canonical(identifier)
  return User.findOne({ where: value.includes('@') ? { email: value } : { username: value }, include: 'roles' })
}

/** The old hash stands in the condition: a password that was changed meanwhile is not overwritten. */
const upgradeHash = async (hasher: PasswordHasher, user: User, oldHash: string, password: string) => {
  const passwordHash = await hasher.hash(password)
  await User.update({ passwordHash }, { where: { id: user.id, passwordHash: oldHash } })
}
