import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { endProviderSessions, verifyLogoutToken } from '../../src/federation/back-channel-logout.ts'
import { refusalOf } from '../../src/federation/refusal.ts'
import { claimRequest } from '../../src/federation/requests.ts'
import { readProviderCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { LANGUAGES } from '../../src/languages.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleChallenges } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { LoggedInSchema, SecondFactorNeededSchema } from './login.ts'
import { actOnAnswer, redirectUriOf } from './provider-answer.ts'
import { leaveToSignIn } from './provider-leave.ts'
import { answerOrGoOn, isFromAnotherSite, redirect, toPage } from './provider-pages.ts'

export const ProviderName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,30}$/, 'Use the name of a provider.')
  .meta({ description: 'As GET /auth/providers lists it.', example: 'google' })

/** A path of this site, so that nobody is sent elsewhere (ASVS 3.7.2), and no endpoint but the one that goes on to an application, so that it starts no other sign-in (ASVS 3.5.1). */
export const ReturnTo = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, 'Use a path of this site, such as /account.')
  .refine(isPage, 'Use the path of a page, not of an endpoint.')
  .optional()
  .meta({ description: 'A path of this site to go to afterwards.', example: '/account' })

function isPage(path: string): boolean {
  const url = URL.parse(path, 'https://site.example')
  return url !== null && !/^\/+auth(?!\/forward\/sign-in$)(\/|$)/i.test(url.pathname)
}

export const NewAccountLanguage = z
  .enum(LANGUAGES)
  .optional()
  .meta({ description: 'Of a new account. Without it, the browser decides.' })

const StartQuery = z.object({
  returnTo: ReturnTo,
  rememberMe: z.enum(['true', 'false']).optional().meta({ description: 'Stay signed in for SESSION_REMEMBER.' }),
  language: NewAccountLanguage,
})

const text = z.string().max(4096).optional()

/** What else a provider sends is read by openid-client. */
const AnswerQuery = z.object({
  state: z.string().max(512).default(''),
  code: text,
  error: z.string().max(100).optional(),
  error_description: text,
  iss: text,
})

const AnswerForm = z
  .object({ state: text, code: text, error: text, iss: text })
  .meta({ id: 'ProviderForm', example: { state: 'kX2c', code: 'aB3d' } })

export function startProviderEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/oidc/:provider',
    summary: 'Sign in with a provider',
    description:
      'Sends the browser to the provider. The answer counts for ten minutes, once, in this browser; several tabs can do this at once.',
    tags: ['Sign in with'],
    access: 'public',
    request: { params: z.object({ provider: ProviderName }), query: StartQuery },
    responses: {
      302: { description: 'To the provider' },
      303: { description: 'To the sign-in page, which says why not' },
      ...refusals(401, 404, 429, 503),
    },
    handler: async ({ params: { provider }, query, req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      await toPage(req, res, provider, async () => {
        deps.providers.getOidc(provider)
        const returnTo = query.returnTo ?? '/account'
        if (isFromAnotherSite(req)) return redirect(res, `/sign-in?${new URLSearchParams({ returnTo })}`)
        const { language } = query
        const wish = { returnTo: query.returnTo, remember: query.rememberMe === 'true', language }
        await leaveToSignIn(deps, req, res, provider, { purpose: 'sign-in', wish })
      })
    },
  })
}

export function providerCallbackEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/oidc/:provider/callback',
    summary: 'Finish a sign-in with a provider',
    description:
      'Where the provider sends the browser. A person is sent on to a page, which says what went wrong; a program gets JSON.',
    tags: ['Sign in with'],
    access: 'public',
    request: { params: z.object({ provider: ProviderName }), query: AnswerQuery },
    responses: {
      200: {
        description: 'Signed in, or a second factor is required',
        schema: z.union([LoggedInSchema, SecondFactorNeededSchema, MessageSchema]),
      },
      303: { description: 'To a page, for a browser' },
      ...refusals(401, 403, 404, 409, 503),
    },
    handler: async ({ params: { provider }, query, req, res }) => {
      return await toPage(req, res, provider, async () => {
        deps.providers.getOidc(provider)
        const answering = { state: query.state, provider, browser: readProviderCookie(req) }
        const request = await claimRequest(deps.sealer, answering)
        if (query.error === 'access_denied') throw problems.providerCancelled()
        return answerOrGoOn(req, res, await actOnAnswer(deps, req, res, provider, request))
      })
    },
  })
}

const LogoutForm = z
  .strictObject({ logout_token: z.string().max(8192) })
  .meta({ id: 'LogoutToken', example: { logout_token: 'eyJhbGciOiJSUzI1NiJ9.e30.AQID' } })

export function backChannelLogoutEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/oidc/:provider/backchannel-logout',
    summary: 'End the sessions of a person who signed out at the provider',
    description: 'Called by the provider with a signed token (OpenID Connect Back-Channel Logout 1.0).',
    tags: ['Sign in with'],
    access: 'public',
    request: { params: z.object({ provider: ProviderName }), body: LogoutForm, bodyType: 'form' },
    responses: { 200: { description: 'Ended' }, ...refusals(400, 404, 429, 503) },
    handler: async ({ params: { provider }, body, req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      const client = deps.providers.getOidc(provider)
      const signedOut = await verifyLogoutToken(client, body.logout_token).catch((error: unknown) => {
        throw refusalOf(error, client.settings.label)
      })
      if (!signedOut) throw problems.invalidLogoutToken()
      const ended = await endProviderSessions(deps, signedOut)
      deps.logger.info('signed out by a provider', { provider, ended })
      res.set('Cache-Control', 'no-store')
    },
  })
}

/** Apple answers by a form that its page posts, to which browsers add no cookie of this site. To the same answer as a GET they do. */
export function providerFormEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/oidc/:provider/callback',
    summary: 'Finish a sign-in with a provider that posts a form',
    description: 'Sends the browser on to the same path with GET.',
    tags: ['Sign in with'],
    access: 'public',
    request: { params: z.object({ provider: ProviderName }), body: AnswerForm, bodyType: 'form' },
    responses: { 303: { description: 'To the same path' }, ...refusals(404, 429) },
    handler: async ({ params: { provider }, body, req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      deps.providers.getOidc(provider)
      const parameters = new URLSearchParams(body as Record<string, string>)
      redirect(res, `${redirectUriOf(deps, provider)}?${parameters}`)
    },
  })
}
