import { z } from 'zod'
import { finishReview } from '../../src/accounts/review.ts'
import { namedFactors } from '../../src/factors/planted.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { publicIdOf, signedIn } from './signed-in.ts'

const ReviewSchema = z
  .strictObject({
    required: z
      .boolean()
      .meta({ description: 'Whether this session gives access to nothing else until the review is finished.' }),
    factors: z.array(
      z.strictObject({
        id: z.string().meta({ description: 'ID of a passkey, `totp` or `recovery-codes`.' }),
        name: z.string(),
        createdAt: z.iso.datetime(),
        lastUsedAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'Review' })

const FinishedSchema = z.strictObject({ message: z.string(), removed: z.int() }).meta({ id: 'ReviewFinished' })

export function showReview() {
  return endpoint({
    method: 'get',
    path: '/auth/review',
    summary: 'Show what to review after a recovery',
    description:
      'After a reset, "this wasn\'t me" or the undoing of a change of address, the first session can only do this review: which ways to sign in are mine.',
    tags: ['Account'],
    access: 'review',
    responses: { 200: { description: 'My second factors', schema: ReviewSchema } },
    handler: async ({ req }) => ({
      required: req.session.review === true,
      factors: (await namedFactors(signedIn(req).id)).map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
      })),
    }),
  })
}

export function finishReviewEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/review',
    summary: 'Finish the review',
    description: 'Factors that are not listed are removed. This session continues under a new ID; all others end.',
    tags: ['Account'],
    access: 'fresh review',
    request: {
      body: z
        .strictObject({
          keep: z.array(z.string().max(64)).max(50).meta({ description: 'IDs of the factors to keep.' }),
        })
        .meta({ id: 'ReviewDecision', example: { keep: ['totp', 'recovery-codes'] } }),
    },
    responses: {
      200: { description: 'Finished', schema: FinishedSchema },
      ...refusals(409),
    },
    handler: async ({ body: { keep }, req }) => {
      if (!req.session.review) throw problems.nothingToReview()
      const removed = await finishReview(deps, signedIn(req), {
        keep,
        sid: req.sessionID,
        sessionId: publicIdOf(deps.store, req),
      })
      await deps.store.renew(req, { review: undefined })
      return { message: 'Review finished', removed }
    },
  })
}
