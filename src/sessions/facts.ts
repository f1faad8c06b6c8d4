import type { SessionData } from 'express-session'

/** How somebody proved who they are. */
export type Factor = 'password' | 'totp' | 'recovery-code' | 'passkey' | 'trusted-device' | 'bypass'

/** When and by which factors the session was authenticated; times are milliseconds of the epoch. */
export type AuthenticationFacts = {
  at: number
  factors: Factor[]
  /** When each factor was last proved in this session. */
  proofs?: Partial<Record<Factor, number>>
}

/** A login whose second factor is still to come. Its session has no user and opens only POST /auth/second-factor and logout. */
export type PendingLogin = {
  userId: string
  factors: Factor[]
  /** Milliseconds of the epoch. */
  at: number
  remember: boolean
  /** What the account was when the password was checked (src/sign-in/sign-in.ts). */
  accountMark: string
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user: string }
    auth?: AuthenticationFacts
    pendingLogin?: PendingLogin
    remember?: boolean
    /** Opens nothing but the review after a recovery (src/accounts/review.ts). */
    review?: true
  }
}

/** The facts of a sign-in that just proved these factors. */
export function authenticatedBy(factors: Factor[]): AuthenticationFacts {
  const at = Date.now()
  return { at, factors, proofs: Object.fromEntries(factors.map(factor => [factor, at])) }
}

/** The same facts with a factor that was proved just now. */
export function withProof(auth: AuthenticationFacts | undefined, factor: Factor): AuthenticationFacts {
  const now = Date.now()
  const { at, factors, proofs } = auth ?? { at: now, factors: [] }
  return { at, factors: [...new Set([...factors, factor])], proofs: { ...proofs, [factor]: now } }
}

/** Keys of a session that say who signed in, how, and with what restriction: written by sign-in code only. */
const RESERVED = ['auth', 'passport', 'pendingLogin', 'remember', 'review'] as const

type ReservedKeyName = (typeof RESERVED)[number]
export type SessionFacts = { [Key in ReservedKeyName]?: SessionData[Key] | undefined }

/** A session was to be saved with a reserved key that its sign-in did not write. */
class ReservedKey extends Error {
  override readonly name = 'ReservedKey'
  constructor(key: ReservedKeyName) {
    super(`req.session.${key} is reserved: only signing in writes it. Keep your own values under another key.`)
  }
}

/**
 * Refuses reserved keys that were added or changed. Removing one is allowed where that takes rights away: Passport's logout does it.
 * @param facts what the session may hold under them
 * @throws ReservedKey
 */
export function refuseReserved(session: SessionFacts, facts: SessionFacts) {
  for (const key of RESERVED)
    if (!mayBeRemoved(session, key) && !isSame(factIn(session, key), factIn(facts, key))) throw new ReservedKey(key)
}

function mayBeRemoved(session: SessionFacts, key: ReservedKeyName) {
  const restricts = key === 'review' && session.passport?.user !== undefined
  return factIn(session, key) === undefined && !restricts
}

function factIn(facts: SessionFacts, key: ReservedKeyName) {
  return key === 'passport' ? facts.passport?.user : facts[key]
}

function isSame(one: unknown, other: unknown) {
  return JSON.stringify(one) === JSON.stringify(other)
}
