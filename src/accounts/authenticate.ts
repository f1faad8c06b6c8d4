import { User } from '../../models/user.ts'
import { HashQueueFull, type PasswordHasher } from '../passwords/hash.ts'
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
  if (outdated) await upgradeHash(hasher, user, password)
  return user
}

/** @returns the user with its roles, or null */
export const findByIdentifier = (identifier: string): Promise<User | null> => {
  const value = canonical(identifier)
  return User.findOne({ where: value.includes('@') ? { email: value } : { username: value }, include: 'roles' })
}

/**
 * Whether the account still is what it was when its password was checked. Asked once the session stands: a change of password that
 * committed before ended the sessions there were, and one that commits later ends this one as well (ASVS 7.4.3, 15.4.2).
 * @param user as `authenticate` gave it
 */
export const isUnchangedSince = async ({ id, passwordHash }: Pick<User, 'id' | 'passwordHash'>): Promise<boolean> =>
  (await User.count({ where: { id, passwordHash, disabledAt: null } })) === 1

/** The old hash stands in the condition: a password that was changed meanwhile is not overwritten. A busy hasher is left alone. */
const upgradeHash = async (hasher: PasswordHasher, user: User, password: string) => {
  try {
    const passwordHash = await hasher.hash(password)
    const [upgraded] = await User.update({ passwordHash }, { where: { id: user.id, passwordHash: user.passwordHash } })
    if (upgraded === 1) user.passwordHash = passwordHash
  } catch (error) {
    if (!(error instanceof HashQueueFull)) throw error
  }
}
