import type { SessionData } from 'express-session'

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
