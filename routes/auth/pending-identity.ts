import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { linkIdentity, providerLabel } from '../../src/federation/identities.ts'
import { type Pending, readPending, takePending } from '../../src/federation/pending-identity.ts'
import { registerWith, registrationRefusal } from '../../src/federation/sign-in-with.ts'
import { deviceClientOf, deviceTokensOf, readProviderCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleRegistration } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { answerSignIn } from './answer-sign-in.ts'
import { LoggedInSchema } from './login.ts'
import { settleSessions } from './settle-sessions.ts'
import { askingIn, sessionOf, signedIn } from './signed-in.ts'

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
