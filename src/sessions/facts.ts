import type { SessionData } from 'express-session'

export type Factor =
  | 'password'
  | 'totp'
  | 'recovery-code'
  | 'passkey'
  | 'trusted-device'
  | 'email'
  | 'bypass'
  | 'provider'
  | 'provider-second-factor'

/** Which identity signed in, and in which session of its provider. */
export type ProviderFacts = {
  /** As the configuration names the provider. */
  name: string
  identityId: string
  issuer: string
  subject: string
  /** SHA-256 of what the provider calls its session. */
  sidHash: string | null
  /** When the person last proved it there, which may be long ago; null where the provider does not say. */
  provenAt?: number | null
}

/** Times are milliseconds of the epoch. */
export type AuthenticationFacts = {
  at: number
  factors: Factor[]
  proofs?: Partial<Record<Factor, number>>
  provider?: ProviderFacts
}

export type PendingLogin = {
  userId: string
  factors: Factor[]
  at: number
  remember: boolean
  /** State of the account when the password was checked (src/sign-in/sign-in.ts). */
  accountMark: string
  provider?: ProviderFacts | undefined
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user: string }
    auth?: AuthenticationFacts
    pendingLogin?: PendingLogin
    remember?: boolean
    /** Limits the session to the review after a recovery (src/accounts/review.ts). */
    review?: true
  }
}

export function authenticatedBy(factors: Factor[], provider?: ProviderFacts): AuthenticationFacts {
  const at = Date.now()
  const proofs: AuthenticationFacts['proofs'] = Object.fromEntries(factors.map(factor => [factor, at]))
  if (typeof provider?.provenAt === 'number') proofs.provider = Math.min(at, provider.provenAt)
  return { at, factors, proofs, ...(provider && { provider }) }
}

export function withProof(auth: AuthenticationFacts | undefined, factor: Factor): AuthenticationFacts {
  const now = Date.now()
  const { factors, proofs, ...rest } = auth ?? { at: now, factors: [] }
  return { ...rest, factors: [...new Set([...factors, factor])], proofs: { ...proofs, [factor]: now } }
}

/** Session keys that only sign-in code may write. */
const RESERVED = ['auth', 'passport', 'pendingLogin', 'remember', 'review'] as const

type ReservedKeyName = (typeof RESERVED)[number]
export type SessionFacts = { [Key in ReservedKeyName]?: SessionData[Key] | undefined }

class ReservedKey extends Error {
  override readonly name = 'ReservedKey'
  constructor(key: ReservedKeyName) {
    super(`req.session.${key} is reserved: only signing in writes it. Keep your own values under another key.`)
  }
}

/** Passport's logout removes reserved keys. @throws ReservedKey if one was added or changed */
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
