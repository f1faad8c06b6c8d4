import type { Env } from '../../configs/env.ts'
import { Identity } from '../../models/identity.ts'
import { Passkey } from '../../models/passkey.ts'
import type { User } from '../../models/user.ts'
import { problems } from '../problems.ts'
import { isOffered } from '../sign-in/ways.ts'

/**
 * Refuses a change that leaves nothing to sign in with. Call it after the change, in its transaction.
 * @throws 409 `last_way_in`
 */
export async function demandWayIn(env: Pick<Env, 'PROVIDERS' | 'SIGN_IN_WITH'>, user: User): Promise<void> {
  if (!(await hasWayIn(env, user))) throw problems.lastWayIn()
}

async function hasWayIn(env: Pick<Env, 'PROVIDERS' | 'SIGN_IN_WITH'>, user: User): Promise<boolean> {
  const userId = user.id
  const hasIdentifier = user.email !== null || user.username !== null
  if (isOffered(env, 'password') && user.passwordHash !== null && hasIdentifier) return true
  if (isOffered(env, 'email') && user.emailVerifiedAt !== null) return true
  if (isOffered(env, 'passkey') && (await Passkey.count({ where: { userId } })) > 0) return true
  const provider = env.PROVIDERS.filter(({ fault }) => fault === undefined).map(({ name }) => name)
  return (await Identity.count({ where: { userId, provider } })) > 0
}
