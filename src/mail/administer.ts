import { Op } from 'sequelize'
import { Mail } from '../../models/mail.ts'

export type MailCounts = {
  waiting: number
  failed: number
  /** Of waiting and failed emails. */
  oldest: Date | undefined
  /** Most frequent first. */
  reasons: { reason: string; count: number }[]
}

export async function countMails(): Promise<MailCounts> {
  const failed = { failedAt: { [Op.ne]: null } }
  const groups = await Mail.count({ where: failed, attributes: ['lastError'], group: ['lastError'] })
  const oldest = await Mail.findOne({ attributes: ['createdAt'], order: ['createdAt'] })
  return {
    waiting: await Mail.count({ where: { failedAt: null } }),
    failed: await Mail.count({ where: failed }),
    oldest: oldest?.createdAt,
    reasons: groups
      .map(({ lastError, count }) => ({ reason: String(lastError), count: Number(count) }))
      .toSorted((one, other) => other.count - one.count),
  }
}

/** @returns how many */
export async function retryFailed(): Promise<number> {
  const [retried] = await Mail.update(
    { failedAt: null, attempts: 0, nextAttemptAt: new Date() },
    { where: { failedAt: { [Op.ne]: null } } },
  )
  return retried
}
