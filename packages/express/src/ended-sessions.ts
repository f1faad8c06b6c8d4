/**
 * Remembers which sessions ended. With more than one process, give all of them the same store: the login server tells
 * only one of them that a session ended. Keys hold no secret. Times are in seconds since 1970.
 */
export type EndedSessions = {
  /** Ends the sessions with this key that were issued until `issuedUntil`; the entry may be deleted at `forgetAt`. */
  end(key: string, issuedUntil: number, forgetAt: number): unknown
  /** @returns `issuedUntil` for each key, or null or undefined where there is no entry */
  find(keys: string[]): Entries | Promise<Entries>
}

type Entries = readonly (number | string | null | undefined)[]

/** Seconds between two looks for entries that can be deleted. */
const SWEEP_EVERY = 60

/** For one process; after a restart, `recheckAfter` bounds how long a session that ended is still accepted. */
export function endedSessionsInMemory(): EndedSessions {
  const entries = new Map<string, { issuedUntil: number; forgetAt: number }>()
  let sweptAt = 0

  function sweep() {
    const now = Date.now() / 1000
    if (now - sweptAt < SWEEP_EVERY) return
    sweptAt = now
    for (const [key, { forgetAt }] of entries) if (forgetAt < now) entries.delete(key)
  }

  return {
    end(key, issuedUntil, forgetAt) {
      sweep()
      const before = entries.get(key)
      entries.set(key, {
        issuedUntil: Math.max(issuedUntil, before?.issuedUntil ?? 0),
        forgetAt: Math.max(forgetAt, before?.forgetAt ?? 0),
      })
    },
    find: keys => keys.map(key => entries.get(key)?.issuedUntil),
  }
}
