import type { Limiters } from '../../configs/limiter.ts'
import { User } from '../../models/user.ts'
import { type DeviceClient, recogniseDeviceFor } from '../devices/devices.ts'
import type { Failures, RefusalReason } from '../factors/failures.ts'
import { whereIdentifier } from '../identity/identifiers.ts'
import { withRoles } from '../identity/load-roles.ts'
import { type Verified, verifiedOf } from '../identity/principal.ts'
import type { PasswordHasher } from '../passwords/hash.ts'
import { QueueFull } from '../passwords/worker-pool.ts'
import { throttleLogin } from './throttle.ts'

export type PasswordDeps = { hasher: PasswordHasher; failures: Failures; limiters: Limiters }

/** Counted before it is checked (ASVS 6.3.1). @throws 429 `too_many_requests` */
export async function verifyPassword(
  { hasher, failures, limiters }: PasswordDeps,
  { address, deviceTokens }: DeviceClient,
  identifier: string,
  password: string,
): Promise<Verified | undefined> {
  const device = await recogniseDeviceFor(deviceTokens, identifier)
  const succeeded = await throttleLogin(limiters, identifier, address, device)
  const authenticator = device ? 'password:known' : 'password'
  const account = whereIdentifier(identifier)
  const user = await authenticate({ hasher, failures }, account, password, authenticator)
  if (!user) return undefined
  await succeeded()
  return verifiedOf(user)
}

/** Refusals all take the same time (ASVS 6.3.8); outdated hashes are replaced (ASVS 11.2.2). */
export async function authenticate(
  { hasher, failures }: { hasher: PasswordHasher; failures: Failures },
  account: { id: string } | ReturnType<typeof whereIdentifier>,
  password: string,
  authenticator: 'password' | 'password:known' = 'password',
): Promise<User | undefined> {
  const user = await User.findOne({ where: account })
  if (!user?.passwordHash) {
    await hasher.verifyDecoy(password)
    await failures.refuse(user ?? undefined, authenticator, user ? 'no-password' : 'unknown-account')
    return undefined
  }
  const { matches, outdated } = await hasher.verify(password, user.passwordHash)
  const refusal = await refusalOf(failures, user, authenticator, matches)
  if (refusal) {
    await failures.refuse(user, authenticator, refusal)
    return undefined
  }
  if (outdated) await upgradeHash(hasher, user, password)
  return withRoles(user)
}

async function refusalOf(
  failures: Failures,
  user: User,
  authenticator: 'password' | 'password:known',
  matches: boolean,
): Promise<RefusalReason | undefined> {
  if (!matches) return 'wrong'
  if (user.disabledAt !== null) return 'disabled-account'
  if (user.pendingRegistration !== null) return 'unconfirmed-account'
  return (await failures.accept(user, authenticator)) ? undefined : 'stopped'
}

export async function findByIdentifier(identifier: string): Promise<User | null> {
  return withRoles(await User.findOne({ where: whereIdentifier(identifier) }))
}

/** Does not overwrite a password changed meanwhile; skipped while the hasher is busy. */
async function upgradeHash(hasher: PasswordHasher, user: User, password: string) {
  try {
    const passwordHash = await hasher.hash(password)
    const [upgraded] = await User.update({ passwordHash }, { where: { id: user.id, passwordHash: user.passwordHash } })
    if (upgraded === 1) user.passwordHash = passwordHash
  } catch (error) {
    if (!(error instanceof QueueFull)) throw error
  }
}
