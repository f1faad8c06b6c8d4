import type { RequestHandler } from 'express'
import { clientAddress } from '../../src/client-address.ts'
import type { Deps } from '../../src/services.ts'
import { checkSession } from '../../src/sessions/check.ts'
import { throttleApplicationRequest, throttleWrite } from '../../src/sign-in/throttle.ts'

/** Paths of oidc-provider that store a row for each request, which anybody can send. */
const STORING = ['/auth', '/device/auth']

/** Keeps strangers from filling the database (ASVS 2.4.1). */
export function limitRequests({ limiters, store, cookie }: Deps): RequestHandler {
  return async (req, _res, next) => {
    if (!STORING.includes(req.path)) return next()
    const session = await checkSession(store, cookie, req)
    if (session) await throttleWrite(limiters, session.principal)
    else await throttleApplicationRequest(limiters, clientAddress(req))
    next()
  }
}
