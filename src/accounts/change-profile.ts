import type { Sequelize } from 'sequelize'
import { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import type { InvalidationChannel } from '../invalidation/channel.ts'
import type { Language } from '../languages.ts'

type ProfileDeps = { sequelize: Sequelize; channel: InvalidationChannel; audit: Audit }

type Change = { name?: string | undefined; language?: Language | undefined }

export async function changeProfile(
  { sequelize, channel, audit }: ProfileDeps,
  userId: string,
  { name, language }: Change,
) {
  const change = { ...(name !== undefined && { name }), ...(language !== undefined && { language }) }
  await sequelize.transaction(async () => {
    await User.update(change, { where: { id: userId } })
    await audit.record('user_updated', { userId, details: { fields: Object.keys(change) } })
  })
  channel.publish({ kind: 'user', userId })
}
