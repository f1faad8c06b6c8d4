import type { RequestHandler } from 'express'
import { readSid, resign, type SessionCookie } from './cookie.ts'
import type { SessionStore } from './store.ts'

/**
 * On the general path, gives a session a new id where its user's role or credentials changed, and signs a cookie anew that an
 * older secret signed (ASVS 7.2.4, 13.3.4).
 */
export const keepSessionCurrent =
  (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  async (req, res, next) => {
    const live = store.liveOf(req.session)
    if (!live) return next()
    if (live.renew) await store.renew(req)
    else if (cookie.secrets.length > 1 && (readSid(cookie, req.headers.cookie)?.secret ?? 0) > 0) {
      await store.resigned(live)
      resign(cookie, res, live.sid, live.absoluteExpires)
    }
    next()
  }
