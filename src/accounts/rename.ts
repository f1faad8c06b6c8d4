import type { Sequelize } from 'sequelize'
import { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'

type RenameDeps = { sequelize: Sequelize; channel: InvalidationChannel; audit: Audit }

export async function rename({ sequelize, channel, audit }: RenameDeps, userId: string, name: string) {
  await sequelize.transaction(async () => {
    await User.update({ name }, { where: { id: userId } })
    await audit.record('user_updated', { userId, details: { fields: ['name'] } })
  })
  channel.publish({ kind: 'user', userId })
}
