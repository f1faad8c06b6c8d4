import { type JoinedUser, principalOfRow } from '../identity/joined-user.ts'
import type { Principal } from '../identity/principal.ts'

/** The keys that a session holds, each as its own value; no cookie, no user, no role, no password. */
export type SessionContent = Record<string, unknown>

/** Attributes of its cookie that a session has of its own; `originalMaxAge` in ms, null for a cookie that ends with the browser. */
export type OwnCookie = { originalMaxAge?: number | null; [attribute: string]: unknown }

/** One live session with its user, as read in one statement; times are milliseconds of the epoch. */
export type LiveSession = {
  sid: string
  publicId: string
  /** Top-level keys as JSON: each request parses its own copy, so that none can change another's. */
  data: string
  version: number
  remember: boolean
  /** Cookie attributes that differ from the standard ones; null for a session that was saved without a cookie. */
  cookie?: OwnCookie | null | undefined
  /** Which secret signed the cookie last (src/sessions/cookie.ts). */
  secretId: string
  /** Whether the id must be renewed at the next request: the user's role or credentials changed. */
  renew: boolean
  createdAt: number
  lastSeenAt: number
  expires: number
  absoluteExpires: number
  /** Whose session it is; null before anybody signed in. */
  principal: Principal | null
  /** The serialized answer of `GET /auth/session`, until it changes. */
  answer?: { body: string | Buffer; etag: string } | undefined
  /** The signed cookie that was last verified for it (src/sessions/check.ts). */
  verified?: string
}

/** PostgreSQL's driver parses times and booleans; SQLite's hands over text and numbers. */
type Time = Date | string

/** A row of `Sessions` joined with its user. */
export type SessionRow = JoinedUser & {
  sid: string
  publicId: string
  userId: string | null
  data: string
  version: number
  secretId: string
  renew: boolean | number
  createdAt: Time
  lastSeenAt: Time
  expires: Time
  absoluteExpires: Time
}

/** @returns undefined if its user is gone or disabled */
export function liveSessionOf(row: SessionRow): LiveSession | undefined {
  const principal = row.userId === null ? null : principalOfRow(row.userId, row)
  if (principal === undefined) return undefined
  const { sid, publicId, data, version, secretId } = row
  return {
    sid,
    publicId,
    ...readContent(data),
    version,
    secretId,
    renew: Boolean(row.renew),
    createdAt: new Date(row.createdAt).getTime(),
    lastSeenAt: new Date(row.lastSeenAt).getTime(),
    expires: new Date(row.expires).getTime(),
    absoluteExpires: new Date(row.absoluteExpires).getTime(),
    principal,
  }
}

/** What the store itself reads of a session's content. */
export function readContent(data: string): Pick<LiveSession, 'data' | 'remember' | 'cookie'> {
  const { remember, cookie } = JSON.parse(data)
  return { data, remember: remember === true, cookie }
}

/** What a request changed: JSON per top-level key, undefined for a key that it removed. */
export type Changes = Map<string, string | undefined>

/**
 * The top-level keys in which two contents differ.
 * @param before as read from the database
 * @param after as the request leaves it
 */
export function changesBetween(before: SessionContent, after: SessionContent): Changes {
  const changes: Changes = new Map()
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changes.set(key, undefined)
  for (const [key, value] of Object.entries(after)) {
    const json = JSON.stringify(value)
    if (json !== JSON.stringify(before[key])) changes.set(key, json)
  }
  return changes
}

/** Applies changes to what is stored now, so that two parallel requests keep one another's keys. */
export function applyChanges(stored: SessionContent, changes: Changes): SessionContent {
  const merged = new Map(Object.entries(stored))
  for (const [key, json] of changes) {
    if (json === undefined) merged.delete(key)
    else merged.set(key, JSON.parse(json))
  }
  return Object.fromEntries(merged)
}
