import type { Request, RequestHandler, Response } from 'express'
import type { Principal } from '../../src/accounts/principal.ts'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { sendTagged, type TaggedAnswer, taggedAnswer } from '../../src/http/etag.ts'
import { requireSignInOrReview } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { claimedSid, isSameSigned, signedSid, verifySid } from '../../src/sessions/cookie.ts'
import { describeSession, WhoAmISchema } from '../../src/sessions/describe.ts'
import type { LiveSession } from '../../src/sessions/row.ts'
import { isPassive } from '../../src/sessions/store.ts'

/** `GET /auth/session` on the general path: what the read path below passes on, refusals among it, is answered here. */
export const sessionEndpoint = ({ store, cookie }: Deps) =>
  endpoint({
    method: 'get',
    path: '/auth/session',
    summary: 'Who am I',
    description:
      'The signed-in user and the session. Made to be asked all day: unchanged answers keep their ETag, and with the header `X-Session-Passive: 1` asking does not prolong the session.',
    tags: ['Session'],
    security: 'cookie',
    responses: {
      200: { description: 'Signed in', schema: WhoAmISchema },
      304: { description: 'Unchanged' },
      ...problems(401, 503),
    },
    guards: [requireSignInOrReview(store, cookie)],
    handler: ({ req }) => {
      const live = store.liveOf(req.session)
      return live?.principal && describeSession(live, live.principal)
    },
  })

/** What was answered to a session until its limit moves, and the signed cookie that was verified for it. */
type Known = TaggedAnswer & { expires: number; signed: string }

/** Kept in the cached session, so that it goes with it; a WeakMap would cost every collection of garbage. */
const KNOWN = Symbol('known')
type Remembering = LiveSession & { [KNOWN]?: Known }

/**
 * Answers `GET /auth/session` ahead of express-session and Passport (docs/decisions/0012): the cookie's signature is verified and the
 * same store asked for the same entry under the same rules. What is not a plain live session goes the general way.
 */
export const sessionReadPath = ({ store, cookie }: Deps): RequestHandler => {
  // A cookie under an older secret is signed anew on the general path.
  const isSignedByNewest = (signed: string) => verifySid(cookie, signed)?.secret === 0

  const reply = (req: Request, res: Response, live: LiveSession, answer: TaggedAnswer) => {
    if (!isPassive(req)) store.touchIfDue(live)
    sendTagged(res, answer)
  }

  return (req, res, next) => {
    const signed = signedSid(cookie, req)
    if (signed === undefined) return next()
    const sid = claimedSid(signed)
    const cached: Remembering | undefined = store.findCached(sid)
    const before = cached?.[KNOWN]
    if (!(before && isSameSigned(signed, before.signed)) && !isSignedByNewest(signed)) return next()
    if (!cached)
      return void store.read(sid).then(live => (isPlain(live) ? reply(req, res, live, describe(live)) : next()), next)
    if (!isPlain(cached)) return next()
    reply(req, res, cached, before?.expires === cached.expires ? before : remember(cached, signed))
  }
}

/** Somebody's, and not to get a new id first. */
type PlainSession = LiveSession & { principal: Principal }

const isPlain = (live: LiveSession | undefined): live is PlainSession =>
  live !== undefined && live.principal !== null && !live.renew

const describe = (live: PlainSession): TaggedAnswer => taggedAnswer(describeSession(live, live.principal))

/** From the second request on: who asks once does not pay for who asks all day. */
const remember = (live: PlainSession & Remembering, signed: string): Known => {
  const answer = { ...describe(live), expires: live.expires, signed }
  live[KNOWN] = answer
  return answer
}
