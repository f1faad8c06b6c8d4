import { Op, Transaction } from 'sequelize'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { problems } from '../problems.ts'
import type { AccountState } from './principal.ts'

/** Who asks, and the public id of the session that a guard let pass. */
export type Asking = { userId: string; sessionId: string }

/**
 * Locks the row of the user who asks, and looks again at what the guard saw without a lock. Whatever ends access takes this lock first, so
 * a request that was on its way when the owner took the account back adds nothing to it afterwards (ASVS 7.4.3, 15.4.2). Every write
 * that adds a factor, token, link or device calls it first in its transaction.
 * @throws 401 `authentication_required` where the session ended or the user is disabled or changed meanwhile
 */
export async function lockUser({ userId, sessionId }: Asking): Promise<User> {
  const user = await findLocked({ id: userId })
  if (!user || !(await isAlive(userId, sessionId))) throw problems.authenticationRequired()
  return user
}

/**
 * The same for a sign-in, which has no session yet.
 * @param account as the way in verified it
 * @returns null if the user was disabled or changed since
 */
export function lockUnchanged({ id, passwordHash, securityVersion }: AccountState & { id: string }) {
  return findLocked({ id, passwordHash, securityVersion })
}

function findLocked(where: { id: string } & Partial<AccountState>) {
  return User.findOne({ where: { ...where, disabledAt: null }, lock: Transaction.LOCK.NO_KEY_UPDATE })
}

async function isAlive(userId: string, publicId: string): Promise<boolean> {
  const where = { publicId, userId, endedAt: null, expires: { [Op.gt]: new Date() } }
  return (await Session.count({ where })) === 1
}
