import { Op } from 'sequelize'
import { LogoutNotice } from '../../models/logout-notice.ts'

export type LogoutCounts = {
  waiting: number
  failed: number
  /** Of waiting and failed notices. */
  oldest: Date | undefined
  /** What went wrong last, most frequent first. */
  reasons: { clientId: string; reason: string; count: number }[]
}

export async function countLogouts(): Promise<LogoutCounts> {
  const failed = { failedAt: { [Op.ne]: null } }
  const groups = await LogoutNotice.count({
    where: { lastError: { [Op.ne]: null } },
    attributes: ['clientId', 'lastError'],
    group: ['clientId', 'lastError'],
  })
  const oldest = await LogoutNotice.findOne({ attributes: ['createdAt'], order: ['createdAt'] })
  return {
    waiting: await LogoutNotice.count({ where: { failedAt: null } }),
    failed: await LogoutNotice.count({ where: failed }),
    oldest: oldest?.createdAt,
    reasons: groups
      .map(({ clientId, lastError, count }) => ({
        clientId: String(clientId),
        reason: String(lastError),
        count: Number(count),
      }))
      .toSorted((one, other) => other.count - one.count),
  }
}

/** Those that failed, finally or until now, for another day. @returns how many */
export async function retryLogouts(): Promise<number> {
  const now = new Date()
  const [retried] = await LogoutNotice.update(
    { failedAt: null, attempts: 0, nextAttemptAt: now, createdAt: now },
    { where: { [Op.or]: [{ failedAt: { [Op.ne]: null } }, { lastError: { [Op.ne]: null } }] } },
  )
  return retried
}
