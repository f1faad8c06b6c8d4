import { principalOfRow } from '../accounts/joined-user.ts'
import type { Principal } from '../accounts/principal.ts'

/** The keys that a session holds, each as its own value; no cookie, no user, no role, no password. */
export type SessionContent = Record<string, unknown>

/** Attributes of its cookie that a session has of its own; `originalMaxAge` in ms, null for a cookie that ends with the browser. */
export type OwnCookie = { originalMaxAge?: number | null; [attribute: string]: unknown }

/** One live session with its user, as read in one statement; times are milliseconds of the epoch. */
export type LiveSession = {
  sid: string
  publicId: string
  /** Top-level keys as JSON: what is handed out is parsed afresh, so that no request can change another's. */
  data: string
  version: number
  remember: boolean
  /** What is not as for every session; null for a session that was saved without a cookie. */
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
}

/** As read in one JSON value; times are text. */
export type SessionRow = [
  sid: string,
  publicId: string,
  userId: string | null,
  data: string,
  version: number,
  secretId: string,
  renew: boolean | number,
  createdAt: string,
  lastSeenAt: string,
  expires: string,
  absoluteExpires: string,
  email: string | null,
  name: string | null,
  username: string | null,
  disabledAt: string | null,
  emailVerifiedAt: string | null,
  grants: string | null,
]

/** @returns undefined where its user is gone or disabled */
export const liveSessionOf = ([
  sid,
  publicId,
  userId,
  data,
  version,
  secretId,
  renew,
  createdAt,
  lastSeenAt,
  expires,
  absoluteExpires,
  email,
  name,
  username,
  disabledAt,
  emailVerifiedAt,
  grants,
]: SessionRow): LiveSession | undefined => {
  const principal =
    userId === null ? null : principalOfRow(userId, { email, name, username, disabledAt, emailVerifiedAt, grants })
  if (principal === undefined) return undefined
  return {
    sid,
    publicId,
    ...readContent(data),
    version,
    secretId,
    renew: Boolean(renew),
    createdAt: Date.parse(createdAt),
    lastSeenAt: Date.parse(lastSeenAt),
    expires: Date.parse(expires),
    absoluteExpires: Date.parse(absoluteExpires),
    principal,
  }
}

/** What the store itself looks at in a session's content. */
export function readContent(data: string): Pick<LiveSession, 'data' | 'remember' | 'cookie'> {
  const { remember, cookie } = JSON.parse(data)
  return { data, remember: remember === true, cookie }
}
