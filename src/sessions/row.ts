import { type JoinedUser, principalOfRow } from '../identity/joined-user.ts'
import type { Principal } from '../identity/principal.ts'

/** Top-level keys; no cookie, user, role or password. */
export type SessionContent = Record<string, unknown>

/** `originalMaxAge` is in ms, null for a cookie that ends with the browser. */
export type OwnCookie = { originalMaxAge?: number | null; [attribute: string]: unknown }

/** Times are milliseconds of the epoch. */
export type LiveSession = {
  sid: string
  publicId: string
  /** Kept as JSON, so that each request parses its own copy. */
  data: string
  version: number
  remember: boolean
  /** Null if the session was saved without a cookie. */
  cookie?: OwnCookie | null | undefined
  secretId: string
  /** Set when the user's role or credentials changed. */
  renew: boolean
  createdAt: number
  lastSeenAt: number
  expires: number
  absoluteExpires: number
  principal: Principal | null
  /** Cached response of `GET /auth/session`. */
  answer?: { body: string | Buffer; etag: string } | undefined
  /** The cookie last verified (src/sessions/check.ts). */
  verified?: string
}

/** PostgreSQL's driver parses times and booleans; SQLite's returns text and numbers. */
type Time = Date | string

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

/** @returns undefined if the user is deleted or disabled */
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

export function readContent(data: string): Pick<LiveSession, 'data' | 'remember' | 'cookie'> {
  const { remember, cookie } = JSON.parse(data)
  return { data, remember: remember === true, cookie }
}

/** @returns the id of the user who is signed in, null if nobody is */
export function userOf(data: string): string | null {
  return JSON.parse(data).passport?.user ?? null
}

/** JSON per top-level key; undefined for a removed key. */
export type Changes = Map<string, string | undefined>

export function changesBetween(before: SessionContent, after: SessionContent): Changes {
  const changes: Changes = new Map()
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) changes.set(key, undefined)
  for (const [key, value] of Object.entries(after)) {
    const json = JSON.stringify(value)
    if (json !== JSON.stringify(before[key])) changes.set(key, json)
  }
  return changes
}

/** Merges by key, so that parallel requests keep each other's changes. */
export function applyChanges(stored: SessionContent, changes: Changes): SessionContent {
  const merged = new Map(Object.entries(stored))
  for (const [key, json] of changes) {
    if (json === undefined) merged.delete(key)
    else merged.set(key, JSON.parse(json))
  }
  return Object.fromEntries(merged)
}
