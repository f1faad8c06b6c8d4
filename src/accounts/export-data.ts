import { AuditEventRow } from '../../models/audit-event.ts'
import { User } from '../../models/user.ts'
import type { SessionStore } from '../sessions/store.ts'

/** Everything that is kept about one person, without the secrets that prove who that is (GDPR article 15 and 20). */
export const exportData = async (store: SessionStore, userId: string) => {
  const user = await User.findByPk(userId, { include: 'roles', rejectOnEmpty: true })
  const events = await AuditEventRow.findAll({ where: { userId }, order: ['seq'] })
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
    activity: events.map(({ at, event, address, userAgent, details }) => ({
      at,
      event,
      address,
      userAgent,
      details: JSON.parse(details),
    })),
  }
}
