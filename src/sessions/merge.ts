import type { SessionContent } from './live-session.ts'

/** What a request changed: JSON per top-level key, undefined for a key that it removed. */
export type Changes = Map<string, string | undefined>

/**
 * The top-level keys that differ between what a request was given and what it leaves.
 * @param before as read from the database
 * @param after as the request leaves it
 */
export const changesBetween = (before: SessionContent, after: SessionContent): Changes => {
  const changes: Changes = new Map()
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changes.set(key, undefined)
  for (const [key, value] of Object.entries(after)) {
    const json = JSON.stringify(value)
    if (json !== JSON.stringify(before[key])) changes.set(key, json)
  }
  return changes
}

/** Lays the changes over what is stored now, so that two parallel requests keep one another's keys. */
export const applyChanges = (stored: SessionContent, changes: Changes): SessionContent => {
  const merged = new Map(Object.entries(stored))
  for (const [key, json] of changes) {
    if (json === undefined) merged.delete(key)
    else merged.set(key, JSON.parse(json))
  }
  return Object.fromEntries(merged)
}
