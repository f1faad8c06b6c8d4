import type { Request, RequestHandler } from 'express'
import { presentedSid, resign, type SessionCookie } from './cookie.ts'
import { isPassive, type SessionStore } from './store.ts'

/**
 * On the general path, gives a session a new id where its user's role or credentials changed, signs a cookie anew that an older
 * secret signed, and moves the idle limit of the session as it then is (ASVS 7.2.4, 7.3.1, 13.3.4).
 */
export const keepSessionCurrent =
  (store: SessionStore, cookie: SessionCookie): RequestHandler =>
  (req, res, next) => {
    const proceed = () => {
      touch(store, req)
      next()
    }
    const live = store.liveOf(req.session)
    if (live?.renew) store.renew(req).then(proceed, next)
    else if (live && isSignedByOldSecret(cookie, req))
      store.resigned(live).then(() => {
        resign(cookie, res, live)
        proceed()
      }, next)
    else proceed()
  }

const touch = (store: SessionStore, req: Request) => {
  const live = store.liveOf(req.session)
  if (live && !isPassive(req)) store.touchIfDue(live)
}

const isSignedByOldSecret = (cookie: SessionCookie, req: Request) =>
  cookie.secrets.length > 1 && (presentedSid(cookie, req)?.secret ?? 0) > 0
