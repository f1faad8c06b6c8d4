import type { Request, RequestHandler } from 'express'
import { readSid, resign, type SessionCookie } from './cookie.ts'
import { isPassive, type SessionStore } from './store.ts'

/**
 * On the general path, moves the idle limit, gives a session a new id where its user's role or credentials changed, and signs a cookie anew that an
 * older secret signed (ASVS 7.2.4, 13.3.4).
 */
export const keepSessionCurrent =
  (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  (req, res, next) => {
    const live = store.liveOf(req.session)
    if (live && !isPassive(req)) store.touchIfDue(live)
    if (live?.renew) store.renew(req).then(() => next(), next)
    else if (live && isSignedByOldSecret(cookie, req))
      store.resigned(live).then(() => next(resign(cookie, res, live)), next)
    else next()
  }

const isSignedByOldSecret = (cookie: SessionCookie, req: Request) =>
  cookie.secrets.length > 1 && (readSid(cookie, req.headers.cookie)?.secret ?? 0) > 0
