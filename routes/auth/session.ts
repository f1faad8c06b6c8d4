import type { Request, RequestHandler, Response } from 'express'
import type { Deps } from '../../src/deps.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { requireSignIn } from '../../src/http/guards.ts'
import { problems } from '../../src/http/responses.ts'
import { sendTagged, type TaggedAnswer, taggedAnswer } from '../../src/http/tagged-answer.ts'
import { readSid } from '../../src/sessions/cookie.ts'
import { describeSession, WhoAmISchema } from '../../src/sessions/describe.ts'
import type { LiveSession } from '../../src/sessions/live-session.ts'
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
    guards: [requireSignIn(store, cookie)],
    handler: ({ req }) => {
      const live = store.liveOf(req.session)
      return live?.principal && describeSession(live, live.principal)
    },
  })

type Answer = TaggedAnswer & { expires: number }

/**
 * Answers `GET /auth/session` ahead of express-session and Passport (docs/decisions/0012): the cookie's signature is verified and the
 * same store asked for the same entry under the same rules. What is not a plain live session goes the general way.
 */
export const sessionReadPath = ({ store, cookie }: Deps): RequestHandler => {
  const answers = new WeakMap<LiveSession, Answer>()
  const newest = cookie.secrets.length === 1

  const answerFor = (live: LiveSession): Answer | undefined => {
    const known = answers.get(live)
    if (known?.expires === live.expires) return known
    if (!live.principal) return undefined
    const answer = { ...taggedAnswer(describeSession(live, live.principal)), expires: live.expires }
    answers.set(live, answer)
    return answer
  }

  const reply = (req: Request, res: Response, live: LiveSession): boolean => {
    if (live.renew) return false
    if (!isPassive(req)) store.touchIfDue(live)
    const answer = answerFor(live)
    if (!answer) return false
    sendTagged(req, res, answer)
    return true
  }

  return (req, res, next) => {
    const presented = readSid(cookie, req.headers.cookie)
    // A cookie under an older secret is signed anew on the general path.
    if (!presented || !(newest || presented.secret === 0)) return next()
    const found = store.find(presented.sid)
    if (!(found instanceof Promise)) return reply(req, res, found) ? undefined : next()
    found.then(live => {
      if (!live || !reply(req, res, live)) next()
    }, next)
  }
}
