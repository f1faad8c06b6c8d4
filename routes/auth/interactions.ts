import { z } from 'zod'
import { type Endpoint, endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { lockUser } from '../../src/identity/lock-user.ts'
import { allow, deny, describeInteraction } from '../../src/provider/interactions.ts'
import type { OpenidProvider } from '../../src/provider/open.ts'
import type { Deps } from '../../src/services.ts'
import { AskingClientSchema, ResourceScopesSchema } from './applications.ts'
import { askingIn, signedIn } from './signed-in.ts'

const InteractionParams = z.object({
  uid: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'Use the id from the address of the page.')
    .meta({ description: 'From the address that the browser was sent to.', example: 'Vq0Cz1cMg9bJ2mX8yT4uK' }),
})

const ContinueTo = z.string().meta({ description: 'Path to go on with the request.' })

const InteractionSchema = z
  .strictObject({
    step: z.enum(['continue', 'prove', 'enrol', 'consent', 'no-access']).meta({
      description:
        '`continue`: go on at once. `prove`: confirm the identity first. `enrol`: add a second factor first. `consent`: decide. `no-access`: the application is closed to this user.',
    }),
    client: AskingClientSchema,
    scopes: z.array(z.string()),
    resources: z.array(ResourceScopesSchema),
    continueTo: ContinueTo,
  })
  .meta({ id: 'AuthorizationRequest' })

const DecisionBody = z
  .strictObject({ decision: z.enum(['allow', 'deny']) })
  .meta({ id: 'AuthorizationDecision', example: { decision: 'allow' } })

const ContinueSchema = z.strictObject({ continueTo: ContinueTo }).meta({ id: 'AuthorizationDecided' })

export function interactionEndpoints(deps: Deps, openidProvider: OpenidProvider): Endpoint[] {
  return [describeInteractionEndpoint(openidProvider), decideInteractionEndpoint(deps, openidProvider)]
}

function describeInteractionEndpoint(openidProvider: OpenidProvider) {
  return endpoint({
    method: 'get',
    path: '/auth/interactions/:uid',
    summary: 'Show what an application asks for',
    description: 'Until the request is answered or an hour has passed.',
    tags: ['Applications'],
    access: 'session',
    request: { params: InteractionParams },
    responses: { 200: { description: 'The request', schema: InteractionSchema }, ...refusals(404) },
    handler: async ({ params: { uid }, req }) =>
      describeInteraction(await openidProvider.provider(), uid, signedIn(req).id),
  })
}

function decideInteractionEndpoint({ store, audit, sequelize }: Deps, openidProvider: OpenidProvider) {
  return endpoint({
    method: 'post',
    path: '/auth/interactions/:uid',
    summary: 'Allow or deny what an application asks for',
    description: 'An allowed request is remembered and not asked again; the user can withdraw it.',
    tags: ['Applications'],
    access: 'session',
    request: { params: InteractionParams, body: DecisionBody },
    responses: { 200: { description: 'Decided', schema: ContinueSchema }, ...refusals(404) },
    handler: async ({ params: { uid }, body: { decision }, req }) => {
      const provider = await openidProvider.provider()
      const userId = signedIn(req).id
      if (decision === 'deny') return deny(provider, uid, userId)
      const asking = askingIn(store, req)
      const { sessionId } = asking
      return sequelize.transaction(async () => {
        await lockUser(asking)
        const { continueTo, clientId, scopes } = await allow(provider, uid, userId)
        await audit.record('consent_granted', { userId, sessionId, details: { client: clientId, scopes } })
        return { continueTo }
      })
    },
  })
}
