import type { Request } from 'express'
import type { Asking } from '../../src/identity/lock-user.ts'
import type { Principal } from '../../src/identity/principal.ts'
import type { PendingLogin } from '../../src/sessions/facts.ts'
import type { SessionStore } from '../../src/sessions/store.ts'

/** The user behind a request that `requireAuthentication` let pass. */
export function signedIn(req: Request): Principal {
  if (!req.user) throw new Error('a handler asked for the user without requireAuthentication before it')
  return req.user
}

/** Whose request it is, for a write that looks again whether the session is alive. */
export function askingIn(store: SessionStore, req: Request): Asking {
  return {
    userId: signedIn(req).id,
    sessionId: publicIdOf(store, req),
  }
}

/** What a request that `requirePendingLogin` let pass waits for. */
export function pendingLogin(req: Request): PendingLogin {
  if (!req.session.pendingLogin)
    throw new Error('a handler asked for a pending login without requirePendingLogin before it')
  return req.session.pendingLogin
}

/** Public id of the session that the request came with, if it has one. */
export function sessionOf(store: SessionStore, req: Request): string | undefined {
  return store.liveOf(req.session)?.publicId
}

/** Public id of the session of a request that a guard let pass. */
export function publicIdOf(store: SessionStore, req: Request): string {
  const live = store.liveOf(req.session)
  if (!live) throw new Error('a handler asked for the session without a guard before it')
  return live.publicId
}
