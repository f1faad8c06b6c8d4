import { type JoinedUser, principalOfRow } from '../accounts/joined-user.ts'
import type { Principal } from '../accounts/principal.ts'

/** The keys that a session holds, each as its own value; no cookie, no user, no role, no password. */
export type SessionContent = Record<string, unknown>

/** One live session with its user, as read in one statement; times are milliseconds of the epoch. */
export type LiveSession = {
  sid: string
  publicId: string
  /** Top-level keys as JSON: what is handed out is parsed afresh, so that no request can change another's. */
  data: string
  version: number
  remember: boolean
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
}

/** As read in one JSON value. */
export type SessionRow = {
  sid: string
  publicId: string
  userId: string | null
  data: string
  version: number
  secretId: string
  renew: boolean | number
  createdAt: string
  lastSeenAt: string
  expires: string
  absoluteExpires: string
} & JoinedUser

/** @returns undefined where its user is gone or disabled */
export const liveSessionOf = (row: SessionRow): LiveSession | undefined => {
  const principal = row.userId === null ? null : principalOfRow(row.userId, row)
  if (principal === undefined) return undefined
  return {
    sid: row.sid,
    publicId: row.publicId,
    data: row.data,
    version: row.version,
    remember: JSON.parse(row.data).remember === true,
    secretId: row.secretId,
    renew: Boolean(row.renew),
    createdAt: Date.parse(row.createdAt),
    lastSeenAt: Date.parse(row.lastSeenAt),
    expires: Date.parse(row.expires),
    absoluteExpires: Date.parse(row.absoluteExpires),
    principal,
  }
}
