import { AuditEventRow } from '../../models/audit-event.ts'
import { Device } from '../../models/device.ts'
import { User } from '../../models/user.ts'
import { listFactors } from '../mfa/factors.ts'
import type { SessionStore } from '../sessions/store.ts'
import { listTokens } from '../tokens/manage-tokens.ts'
import { withRoles } from './load-roles.ts'

/** Everything that is kept about one person, without the secrets that prove who that is (GDPR article 15 and 20). */
export const exportData = async (store: SessionStore, userId: string) => {
  const user = await withRoles(await User.findByPk(userId, { rejectOnEmpty: true }))
  const events = await AuditEventRow.findAll({ where: { userId }, order: ['seq'] })
  const devices = await Device.findAll({ where: { userId }, order: ['createdAt'] })
  return {
    exportedAt: new Date().toISOString(),
    account: user.toPublic(),
    sessions: (await store.listByUser(userId)).map(({ publicId, createdAt, lastSeenAt, expires, ip, userAgent }) => ({
      id: publicId,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expires: expires.toISOString(),
      address: ip,
      userAgent,
    })),
    devices: devices.map(({ id, createdAt, lastSeenAt, ip, userAgent, trustedUntil }) => ({
      id,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      address: ip,
      userAgent,
      trustedUntil: trustedUntil?.toISOString() ?? null,
    })),
    secondFactors: await listFactors(userId),
    tokens: (await listTokens(userId)).map(token => token.toPublic()),
    activity: events.map(({ at, event, address, userAgent, details }) => ({
      at,
      event,
      address,
      userAgent,
      details: JSON.parse(details),
    })),
  }
}
