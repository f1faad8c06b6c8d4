import type { Request } from 'express'
import type { Principal } from '../accounts/principal.ts'
import type { SessionStore } from './store.ts'

/** By what somebody proved who they are. */
export type Factor = 'password' | 'totp' | 'recovery-code' | 'passkey' | 'trusted-device' | 'bypass'

/** When and by which factors the session was authenticated; times are milliseconds of the epoch. */
export type AuthenticationFacts = {
  at: number
  factors: Factor[]
  /** When its owner last proved again who they are (`POST /auth/reauthenticate`). */
  provenAt?: number
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user: string }
    auth?: AuthenticationFacts
    remember?: boolean
  }
}

/** Signs in: Passport regenerates the id, so that nothing planted before survives, and the new session is one INSERT. */
export const startSession = (
  store: SessionStore,
  req: Request,
  user: Principal,
  factors: Factor[],
  remember: 'remember' | 'ordinary',
): Promise<void> => {
  const auth: AuthenticationFacts = { at: Date.now(), factors }
  store.beginWith(req, remember === 'remember' ? { auth, remember: true } : { auth })
  return new Promise((resolve, reject) => {
    req.logIn(user, error => (error ? reject(error) : resolve()))
  })
}
