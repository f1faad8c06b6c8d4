import { Op } from 'sequelize'
import { ServerNode } from '../../models/server-node.ts'
import { seconds } from '../durations.ts'

export const REPORT_EVERY = seconds(20)
/** A killed process cannot remove its row. */
const GONE_AFTER = seconds(90)

/** Key ids, the one in use first. */
export type RunningNode = { id: string; name: string; seenAt: Date; sessionSecrets: string[]; encryptionKeys: string[] }

/** Oldest first. */
export async function runningNodes(): Promise<RunningNode[]> {
  const rows = await ServerNode.findAll({
    where: { seenAt: { [Op.gt]: new Date(Date.now() - GONE_AFTER) } },
    order: ['startedAt'],
  })
  return rows.map(({ id, name, seenAt, sessionSecrets, encryptionKeys }) => ({
    id,
    name,
    seenAt,
    sessionSecrets: JSON.parse(sessionSecrets),
    encryptionKeys: JSON.parse(encryptionKeys),
  }))
}

export async function forgetGoneNodes(): Promise<void> {
  await ServerNode.destroy({ where: { seenAt: { [Op.lt]: new Date(Date.now() - GONE_AFTER) } } })
}
