import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ProviderPurpose } from '../../models/provider-request.ts'
import { clientAddress } from '../../src/client-address.ts'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { identitiesOf, linkIdentity, providerLabel, unlinkIdentity } from '../../src/federation/identities.ts'
import { type Pending, readPending, takePending } from '../../src/federation/pending-identity.ts'
import { reasonOf, refusalOf } from '../../src/federation/refusal.ts'
import { startRequest } from '../../src/federation/requests.ts'
import { registerWith, registrationRefusal } from '../../src/federation/sign-in-with.ts'
import {
  deviceClientOf,
  deviceTokensOf,
  readProviderCookie,
  setProviderCookie,
} from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleRegistration } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { answerSignIn } from './answer-sign-in.ts'
import { EndOthersQuery, FactorRemovedSchema } from './factor-schemas.ts'
import { LoggedInSchema } from './login.ts'
import { ProviderName, ReturnTo } from './oidc.ts'
import { redirectUriOf } from './provider-answer.ts'
import { settleSessions } from './settle-sessions.ts'
import { askingIn, publicIdOf, sessionOf, signedIn } from './signed-in.ts'

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
    handler: ({ body, req, res }) => leave(deps, req, res, { ...body, purpose: 'link' }),
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
    handler: ({ body, req, res }) => leave(deps, req, res, { ...body, purpose: 'prove' }),
  })
}

type Leave = z.output<typeof LeaveBody> & { purpose: ProviderPurpose }

async function leave(deps: Deps, req: Request, res: Response, { provider, returnTo, purpose }: Leave) {
  const client = deps.providers.get(provider)
  const browser = setProviderCookie(req, res)
  const sessionId = publicIdOf(deps.store, req)
  const wish = { returnTo: returnTo ?? '/account/security', remember: false }
  const request = await startRequest(deps.sealer, { provider, purpose, browser, sessionId, wish })
  const prompt = purpose === 'link' ? ('select_account' as const) : ('login' as const)
  try {
    const redirectUri = redirectUriOf(deps, provider)
    const location = await client.authorizationUrl({
      ...request,
      redirectUri,
      prompt,
      ...(purpose === 'prove' && { maxAge: 0 }),
    })
    return { location }
  } catch (error) {
    deps.logger.warn('a provider cannot be reached', { provider, reason: reasonOf(error) })
    throw refusalOf(error, client.settings.label)
  }
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

const PendingSchema = z
  .strictObject({
    provider: z.string(),
    label: z.string(),
    accountName: z.string(),
    mayRegister: z.boolean().meta({
      description:
        'False where an account here has the same verified address, or registration is closed: sign in and link the identity.',
    }),
  })
  .meta({ id: 'PendingIdentity' })

export function pendingIdentityEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/identities/pending',
    summary: 'Show the identity that waits for a decision',
    description: 'In this browser, for ten minutes after the provider confirmed it.',
    tags: ['Sign in with'],
    access: 'public',
    responses: { 200: { description: 'It waits', schema: PendingSchema }, ...refusals(404) },
    handler: async ({ req }) => {
      const pending = await readPending(deps.sealer, readProviderCookie(req))
      const { provider, accountName } = pending.profile
      const mayRegister = refusalToRegister(deps, pending) === undefined
      return { provider, label: providerLabel(deps.env, provider), accountName, mayRegister }
    },
  })
}

function refusalToRegister(deps: Deps, { profile, userId }: Pending) {
  if (userId !== null) return problems.identityUndecided()
  return registrationRefusal(deps, deps.providers.get(profile.provider).settings, profile)
}

export function linkPendingEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/identities/pending',
    summary: 'Link the waiting identity to my account',
    description: 'Where the address of the identity is that of an account, only to this one.',
    tags: ['Sign in with'],
    access: 'fresh session',
    responses: { 200: { description: 'Linked', schema: MessageSchema }, ...refusals(404, 409) },
    handler: async ({ req }) => {
      const { id } = signedIn(req)
      const browser = readProviderCookie(req)
      const profile = await takePending(deps.sealer, browser, ({ userId }) => {
        if (userId !== null && userId !== id) throw problems.notTheirAccount()
      })
      const isOwners = await isOwnersDevice(deviceTokensOf(req), id)
      await linkIdentity(deps, askingIn(deps.store, req), profile, { isOwners })
      await settleSessions(deps, req, { endOthers: false })
      return { message: `${providerLabel(deps.env, profile.provider)} linked` }
    },
  })
}

export function registerPendingEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/register/provider',
    summary: 'Create an account for the waiting identity',
    description: 'For a person whose address the provider did not verify. The account starts without an address.',
    tags: ['Sign in with'],
    access: 'public',
    responses: {
      201: { description: 'Created and signed in', schema: LoggedInSchema },
      ...refusals(403, 404, 409, 429),
    },
    handler: async ({ req, res }) => {
      await throttleRegistration(deps.limiters, clientAddress(req))
      const profile = await takePending(deps.sealer, readProviderCookie(req), pending => {
        const refusal = refusalToRegister(deps, pending)
        if (refusal) throw refusal
      })
      const { settings } = deps.providers.get(profile.provider)
      const visit = { client: deviceClientOf(req), remember: false, replaces: sessionOf(deps.store, req) }
      return answerSignIn(deps, req, res, await registerWith(deps, settings, profile, visit))
    },
  })
}
