import type { Request } from 'express'
import type { Factor } from './start-session.ts'
import type { SessionStore } from './store.ts'

/** A login whose second factor is still to come. Its session has no user: it opens nothing but POST /auth/second-factor and logout. */
export type PendingLogin = {
  userId: string
  factors: Factor[]
  /** Milliseconds of the epoch. */
  at: number
  remember: boolean
  /** What the account was when the password was checked (src/accounts/sign-in.ts). */
  accountMark: string
}

declare module 'express-session' {
  interface SessionData {
    pendingLogin?: PendingLogin
  }
}

/** Begins under a new id; nothing planted before survives, and whoever was signed in here no longer is (ASVS 7.2.4). */
export const startPendingLogin = (store: SessionStore, req: Request, pendingLogin: PendingLogin) => {
  delete req.user
  return store.begin(req, { pendingLogin })
}
