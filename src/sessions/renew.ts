import type { Request, RequestHandler } from 'express'
import { presentedSid, resign, type SessionCookie } from './cookie.ts'
import type { SessionStore } from './store.ts'

/** For changed roles, credentials or secrets (ASVS 7.2.4, 13.3.4). */
export function keepSessionCurrent(store: SessionStore, cookie: SessionCookie): RequestHandler {
  return async (req, res, next) => {
    const session = store.liveOf(req.session)
    if (session?.renew) await store.renew(req)
    else if (session && isSignedByOldSecret(cookie, req)) {
      await store.resigned(session)
      resign(cookie, res, session)
    }
    next()
  }
}

function isSignedByOldSecret(cookie: SessionCookie, req: Request) {
  return cookie.secrets.length > 1 && (presentedSid(cookie, req)?.secret ?? 0) > 0
}
