import type { Sequelize } from 'sequelize'
import type { Audit } from '../audit/audit.ts'
import { type Asking, lockUser } from '../identity/lock-user.ts'
import { problems } from '../problems.ts'
import { findIdentity } from './identities.ts'
import type { Profile } from './profile.ts'

/**
 * Takes a sign-in at a provider as a fresh proof by the owner of a session (ASVS 7.5.1).
 * @throws 401 `provider_refused` for an identity that is not the user's
 */
export async function proveIdentity(
  { sequelize, audit }: { sequelize: Sequelize; audit: Audit },
  asking: Asking,
  profile: Profile,
): Promise<void> {
  const isTheirs = await sequelize.transaction(async () => {
    const user = await lockUser(asking)
    const identity = await findIdentity(profile)
    if (identity?.userId !== user.id) return false
    await identity.update({ lastUsedAt: new Date() })
    return true
  })
  const event = isTheirs ? 'authn_reauthenticate_success' : 'authn_reauthenticate_fail'
  await audit.record(event, { ...asking, details: { provider: profile.provider } })
  if (!isTheirs) throw problems.providerRefused()
}
