import type { Request } from 'express'
import type { Principal } from '../identity/principal.ts'
import type { AuthenticationFacts, Factor, PendingLogin } from './facts.ts'
import type { SessionStore } from './store.ts'

/** Signs in under a new id; nothing planted before survives (ASVS 7.2.4). The session is saved when this returns. */
export async function startSession(
  store: SessionStore,
  req: Request,
  user: Principal,
  factors: Factor[],
  { remember, review = false }: { remember: 'remember' | 'ordinary'; review?: boolean },
): Promise<void> {
  const at = Date.now()
  const auth: AuthenticationFacts = { at, factors, proofs: Object.fromEntries(factors.map(factor => [factor, at])) }
  req.user = user
  await store.begin(req, {
    auth,
    passport: { user: user.id },
    ...(remember === 'remember' && { remember: true }),
    ...(review && { review: true }),
  })
}

/** Waits for a second factor under a new id. A user who was signed in here no longer is (ASVS 7.2.4). */
export async function startPendingLogin(store: SessionStore, req: Request, pendingLogin: PendingLogin): Promise<void> {
  delete req.user
  await store.begin(req, { pendingLogin })
}
