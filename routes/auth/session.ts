import type { RequestHandler } from 'express'
import { endpoint } from '../../src/http/endpoint.ts'
import { keptAnswer, sendTagged } from '../../src/http/etag.ts'
import type { Deps } from '../../src/services.ts'
import { checkSession } from '../../src/sessions/check.ts'
import { describeSession, WhoAmISchema } from '../../src/sessions/describe.ts'
import { isPassive } from '../../src/sessions/lifetimes.ts'

/** `GET /auth/session` on the general path: what the read path below passes on, refusals among it, is answered here. */
export function sessionEndpoint({ store }: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/session',
    summary: 'Show who is signed in',
    description:
      'The signed-in user and the session. Made for polling: unchanged answers keep their ETag, and with the header `X-Session-Passive: 1` the request does not prolong the session.',
    tags: ['Session'],
    access: 'review',
    responses: {
      200: { description: 'Signed in', schema: WhoAmISchema },
      304: { description: 'Unchanged' },
    },
    handler: ({ req }) => {
      const live = store.liveOf(req.session)
      return live?.principal && describeSession(live, live.principal)
    },
  })
}

/** Answers `GET /auth/session` ahead of express-session and Passport; what the session check leaves open goes the general way. */
export function sessionReadPath({ store, cookie }: Deps): RequestHandler {
  return async (req, res, next) => {
    const session = await checkSession(store, cookie, req)
    if (!session) return next()
    if (!isPassive(req)) store.touchIfDue(session)
    sendTagged(
      res,
      keptAnswer(session, () => describeSession(session, session.principal)),
    )
  }
}
