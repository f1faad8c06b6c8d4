import type { Request, RequestHandler } from 'express'
import { presentedSid, resign, type SessionCookie } from './cookie.ts'
import type { SessionStore } from './store.ts'

/**
 * On the general path, gives a session a new id where its user's role or credentials changed, and signs the cookie again where an older
 * secret signed it (ASVS 7.2.4, 13.3.4).
 */
export const keepSessionCurrent =
  (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  async (req, res, next) => {
    const live = store.liveOf(req.session)
    if (live?.renew) await store.renew(req)
    else if (live && isSignedByOldSecret(cookie, req)) {
      await store.resigned(live)
      resign(cookie, res, live)
    }
    next()
  }

const isSignedByOldSecret = (cookie: SessionCookie, req: Request) =>
  cookie.secrets.length > 1 && (presentedSid(cookie, req)?.secret ?? 0) > 0
