import { z } from 'zod'
import { identitiesOf, providerLabel, unlinkIdentity } from '../../src/federation/identities.ts'
import type { Wish } from '../../src/federation/requests.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Deps } from '../../src/services.ts'
import { EndOthersQuery, FactorRemovedSchema } from './factor-schemas.ts'
import { ProviderName, ReturnTo } from './oidc.ts'
import { locationToLeaveFor } from './provider-leave.ts'
import { settleSessions } from './settle-sessions.ts'
import { askingIn, signedIn } from './signed-in.ts'

const IdentitySchema = z
  .strictObject({
    id: z.uuid(),
    provider: z.string(),
    label: z.string().meta({ description: 'How people call the provider.' }),
    issuer: z.string(),
    subject: z.string().meta({ description: 'The ID of the account there. With the issuer it is the key.' }),
    accountName: z.string().meta({ description: 'How the provider calls the account. For display only.' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Identity' })

export const IdentitiesSchema = z.strictObject({ items: z.array(IdentitySchema) }).meta({ id: 'Identities' })

/** The identities of a user, as they go over the wire. */
export async function describeIdentities({ env }: Pick<Deps, 'env'>, userId: string) {
  const identities = await identitiesOf(userId)
  return {
    items: identities.map(({ id, provider, issuer, subject, name, createdAt, lastUsedAt }) => ({
      id,
      provider,
      label: providerLabel(env, provider),
      issuer,
      subject,
      accountName: name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  }
}

const LeaveBody = z
  .strictObject({ provider: ProviderName, returnTo: ReturnTo })
  .meta({ id: 'ProviderToLeaveFor', example: { provider: 'google', returnTo: '/account/security' } })

const LeaveSchema = z
  .strictObject({ location: z.url().meta({ description: 'Where to send the browser.' }) })
  .meta({ id: 'ProviderLocation' })

function wishFor(returnTo = '/account/security'): Wish {
  return { returnTo, remember: false }
}

export function listIdentitiesEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/identities',
    summary: 'List my linked identities',
    tags: ['Sign in with'],
    access: 'review',
    responses: { 200: { description: 'Oldest first', schema: IdentitiesSchema } },
    handler: ({ req }) => describeIdentities(deps, signedIn(req).id),
  })
}

export function linkIdentityEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/identities',
    summary: 'Start to link an identity',
    description: 'At most 20. The identity is linked when the browser comes back from the provider.',
    tags: ['Sign in with'],
    access: 'fresh session',
    request: { body: LeaveBody },
    responses: { 200: { description: 'Send the browser there', schema: LeaveSchema }, ...refusals(404, 503) },
    handler: async ({ body: { provider, returnTo }, req, res }) => ({
      location: await locationToLeaveFor(deps, req, res, provider, { purpose: 'link', wish: wishFor(returnTo) }),
    }),
  })
}

export function proveByProviderEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/reauthenticate/provider',
    summary: 'Start to prove my identity at a provider',
    description: 'For an account without a second factor. The provider asks for its own proof again.',
    tags: ['Sign in with'],
    access: 'review',
    request: { body: LeaveBody },
    responses: { 200: { description: 'Send the browser there', schema: LeaveSchema }, ...refusals(404, 503) },
    handler: async ({ body: { provider, returnTo }, req, res }) => ({
      location: await locationToLeaveFor(deps, req, res, provider, { purpose: 'prove', wish: wishFor(returnTo) }),
    }),
  })
}

export function unlinkIdentityEndpoint(deps: Deps) {
  return endpoint({
    method: 'delete',
    path: '/auth/identities/:id',
    summary: 'Unlink an identity',
    tags: ['Sign in with'],
    access: 'fresh session',
    request: { params: z.object({ id: z.uuid().toLowerCase() }), query: EndOthersQuery },
    responses: { 200: { description: 'Unlinked', schema: FactorRemovedSchema }, ...refusals(404, 409) },
    handler: async ({ params: { id }, query, req }) => {
      await unlinkIdentity(deps, askingIn(deps.store, req), id)
      return { message: 'Identity unlinked', ended: await settleSessions(deps, req, query) }
    },
  })
}
