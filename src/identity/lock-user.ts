import { Op, Transaction } from 'sequelize'
import { Session } from '../../models/session.ts'
import { User } from '../../models/user.ts'
import { problems } from '../problems.ts'
import type { AccountState } from './principal.ts'

export type Asking = { userId: string; sessionId: string }

/** Checks the session under the lock (ASVS 7.4.3, 15.4.2). @throws 401 `authentication_required` */
export async function lockUser({ userId, sessionId }: Asking): Promise<User> {
  const user = await findLocked({ id: userId })
  if (!user || !(await isAlive(userId, sessionId))) throw problems.authenticationRequired()
  return user
}

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
