import type { Request } from 'express'
import type { Principal } from '../accounts/principal.ts'
import type { SessionStore } from './store.ts'

/** By what somebody proved who they are. */
export type Factor = 'password' | 'totp' | 'recovery-code' | 'passkey' | 'trusted-device' | 'bypass'

/** When and by which factors the session was authenticated; times are milliseconds of the epoch. */
export type AuthenticationFacts = {
  at: number
  factors: Factor[]
  /** When each factor was last proved in this session. */
  proofs?: Proofs
}

/** Milliseconds of the epoch by factor. */
type Proofs = Partial<Record<Factor, number>>

declare module 'express-session' {
  interface SessionData {
    passport?: { user: string }
    auth?: AuthenticationFacts
    remember?: boolean
    /** Opens nothing but the review after a recovery (src/accounts/review.ts). */
    review?: true
  }
}

/** The same facts with a factor that was proved just now. */
export function withProof(auth: AuthenticationFacts | undefined, factor: Factor): AuthenticationFacts {
  const now = Date.now()
  const { at, factors, proofs } = auth ?? { at: now, factors: [] }
  return { at, factors: [...new Set([...factors, factor])], proofs: { ...proofs, [factor]: now } }
}

/** Signs in: the id is new, nothing planted before survives, and the session is one INSERT (ASVS 7.2.4). */
export const startSession = (
  store: SessionStore,
  req: Request,
  user: Principal,
  factors: Factor[],
  { remember, review = false }: { remember: 'remember' | 'ordinary'; review?: boolean },
): Promise<void> => {
  const at = Date.now()
  const auth: AuthenticationFacts = { at, factors, proofs: Object.fromEntries(factors.map(factor => [factor, at])) }
  req.user = user
  return store.begin(req, {
    auth,
    passport: { user: user.id },
    ...(remember === 'remember' && { remember: true }),
    ...(review && { review: true }),
  })
}
