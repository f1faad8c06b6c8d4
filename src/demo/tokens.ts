import { Session } from '../../models/session.ts'
import { createToken } from '../tokens/manage-tokens.ts'
import type { Member } from './add-user.ts'

const WANTED = [
  { name: 'nightly backup', expiresInDays: 90 },
  { name: 'CI deploys', expiresInDays: 30 },
]

export async function addTokens(deps: Parameters<typeof createToken>[0], member: Member): Promise<void> {
  const session = await Session.findOne({ where: { userId: member.id, endedAt: null } })
  if (!session) return
  const scopes = [...member.permissions].filter(permission => permission.endsWith(':read'))
  for (const wanted of WANTED) await createToken(deps, member, session.publicId, { ...wanted, scopes })
}
