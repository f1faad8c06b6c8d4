import type { Request } from 'express'
import { type Factor, withProof } from '../../src/sessions/facts.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { signedIn } from './signed-in.ts'

/**
 * After a change of factors: this session continues under a new id, the others end, or get a new id at their next request (ASVS 7.2.4,
 * 7.4.3).
 * @param endOthers whether the user's other sessions end
 * @param proven the factor that the user proved by adding it
 * @returns how many sessions ended
 */
export async function settleSessions(
  { store }: { store: SessionStore },
  req: Request,
  { endOthers }: { endOthers: boolean },
  proven?: Factor,
): Promise<number> {
  const { id } = signedIn(req)
  const ended = endOthers ? await store.endByUser(id, 'factor-changed', req.sessionID) : 0
  await store.renewByUser(id)
  await store.renew(req, proven && { auth: withProof(req.session.auth, proven) })
  return ended
}
