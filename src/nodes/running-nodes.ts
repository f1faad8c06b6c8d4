import { Op } from 'sequelize'
import { ServerNode } from '../../models/server-node.ts'
import { seconds } from '../durations.ts'

export const REPORT_EVERY = seconds(20)
/** A process that was killed removes nothing: it counts as gone after this long. */
const GONE_AFTER = seconds(90)

/** A server process that runs now; keys are given by their ids, the one in use first. */
export type RunningNode = { id: string; name: string; seenAt: Date; sessionSecrets: string[]; encryptionKeys: string[] }

/** All server processes on this database, the oldest first. */
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

/** Deletes what killed processes left behind. */
export async function forgetGoneNodes(): Promise<void> {
  await ServerNode.destroy({ where: { seenAt: { [Op.lt]: new Date(Date.now() - GONE_AFTER) } } })
}
