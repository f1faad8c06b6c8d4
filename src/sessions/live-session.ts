import { jsonOf } from '../../configs/database.ts'
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

/** The columns of a user with one of its roles, as joined to a session or a token. */
export type JoinedUser = {
  email: string | null
  name: string | null
  username: string | null
  disabledAt: Date | string | null
  role: string | null
  permissions: string[] | string | null
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

/**
 * Folds the joined rows, one per role, into one session.
 * @returns undefined where there is no live session, or its user is gone or disabled (ASVS 7.4.2, 8.3.2)
 */
export const liveSessionOf = (rows: SessionRow[]): LiveSession | undefined => {
  const [row] = rows
  if (!row) return undefined
  const principal = row.userId === null ? null : principalOf(row.userId, row, rows)
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

/**
 * Folds the rows of one user, one per role.
 * @returns undefined where the user is gone or disabled
 */
export const principalOf = (id: string, row: JoinedUser, rows: JoinedUser[]): Principal | undefined => {
  if (row.email === null || row.disabledAt !== null) return undefined
  return {
    id,
    email: row.email,
    name: row.name ?? '',
    username: row.username,
    roles: rows.flatMap(({ role }) => role ?? []).sort(),
    permissions: new Set(rows.flatMap(({ permissions }) => jsonOf(permissions ?? []))),
  }
}
