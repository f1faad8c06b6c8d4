import type { AuditEventRow } from '../../models/audit-event.ts'
import { User } from '../../models/user.ts'

type Person = { id: string; name: string; email: string | null }

/** Who is named in these events, by id; the events themselves hold no names. */
export async function peopleOf(events: AuditEventRow[]): Promise<Map<string | null, Person>> {
  const ids = [...new Set(events.flatMap(({ userId, actorId }) => [userId, actorId]))].filter(id => id !== null)
  if (ids.length === 0) return new Map()
  const users = await User.findAll({ attributes: ['id', 'name', 'email'], where: { id: ids } })
  return new Map(users.map(({ id, name, email }) => [id, { id, name, email }]))
}
