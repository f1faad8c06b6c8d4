import type { AuditEventRow } from '../../models/audit-event.ts'
import { User } from '../../models/user.ts'

export type Person = { id: string; name: string; email: string | null }

/** Who is named in these events, by id; the events themselves hold no names. */
export function peopleOf(events: AuditEventRow[]): Promise<Map<string | null, Person>> {
  return peopleById(events.flatMap(({ userId, actorId }) => [userId, actorId]))
}

export async function peopleById(ids: (string | null)[]): Promise<Map<string | null, Person>> {
  const wanted = [...new Set(ids)].filter(id => id !== null)
  if (wanted.length === 0) return new Map()
  const users = await User.findAll({ attributes: ['id', 'name', 'email'], where: { id: wanted } })
  return new Map(users.map(({ id, name, email }) => [id, { id, name, email }]))
}
