import { Op, Transaction } from 'sequelize'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { problems } from '../problems.ts'
import type { AccountState } from './principal.ts'

/** Whose request it is. */
export type Asking = {
  userId: string
  /** Public id of the session that a guard let pass. */
  sessionId: string
  /** What the account was when a sign-in checked it. */
  state?: AccountState
}

/**
 * Locks the row of the user who asks, and looks again at what the guard saw without a lock. Whatever ends access takes this lock first, so
 * a request that was on its way when the owner took the account back adds nothing to it afterwards (ASVS 7.4.3, 15.4.2). Every write
 * that adds a factor, token, link or device calls it first in its transaction.
 * @throws 401 `authentication_required` where the session ended or the user is disabled or changed meanwhile
 */
export async function lockUser(asking: Asking): Promise<User> {
  const user = await findLocked(asking)
  if (!user) throw problems.authenticationRequired()
  return user
}

/** The same for a sign-in, which refuses in its own words. @returns null where it no longer may go on */
export async function findLocked({ userId, sessionId, state = undefined }: Asking) {
  const lock = Transaction.LOCK.NO_KEY_UPDATE
  const where = { id: userId, disabledAt: null, ...(state && stateOf(state)) }
  const user = await User.findOne({ where, lock })
  if (!user) return null
  // Whatever ends the session of a sign-in that is under way changes the state as well.
  if (state) return user
  return (await isAlive(userId, sessionId)) ? user : null
}

const stateOf = ({ passwordHash, securityVersion }: AccountState) => ({ passwordHash, securityVersion })

async function isAlive(userId: string, publicId: string): Promise<boolean> {
  const where = { publicId, userId, endedAt: null, expires: { [Op.gt]: new Date() } }
  return (await Session.count({ where })) === 1
}
