import type { Request, Response } from 'express'
import { z } from 'zod'
import { clientAddress } from '../../src/client-address.ts'
import { endProviderSessions } from '../../src/federation/back-channel-logout.ts'
import { ticketOfLogoutRequest } from '../../src/federation/cas/logout-request.ts'
import { claimGatewayRequest, claimNewestRequest } from '../../src/federation/requests.ts'
import { readProviderCookie } from '../../src/http/browser-cookies.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { refusals } from '../../src/http/responses.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { throttleChallenges } from '../../src/sign-in/throttle.ts'
import { MessageSchema } from '../schemas.ts'
import { LoggedInSchema, SecondFactorNeededSchema } from './login.ts'
import { NewAccountLanguage, ReturnTo } from './oidc.ts'
import { actOnAnswer } from './provider-answer.ts'
import { leaveToSignIn } from './provider-leave.ts'
import { answerOrGoOn, isFromAnotherSite, redirect, toPage } from './provider-pages.ts'

const CAS = 'cas'
const Flag = z.enum(['true', 'false']).optional()

const CasQuery = z.object({
  ticket: z.string().max(256).optional().meta({ description: 'Brought back from the CAS server.' }),
  returnTo: ReturnTo,
  rememberMe: Flag.meta({ description: 'Stay signed in for SESSION_REMEMBER.' }),
  renew: Flag.meta({ description: 'Ask for the password, even if the person is signed in to CAS.' }),
  gateway: Flag.meta({ description: 'Ask for nothing: come back signed out if the person is not signed in to CAS.' }),
  language: NewAccountLanguage,
})

type CasQuery = z.output<typeof CasQuery>

export function casEndpoint(deps: Deps) {
  return endpoint({
    method: 'get',
    path: '/auth/cas',
    summary: 'Sign in with CAS',
    description:
      'Without a ticket, sends the browser to the CAS server, which sends it back here with one. A ticket counts only in the browser that left last within ten minutes. A person is sent on to a page, which says what went wrong; a program gets JSON.',
    tags: ['Sign in with'],
    access: 'public',
    request: { query: CasQuery },
    responses: {
      200: {
        description: 'Signed in, or a second factor is required',
        schema: z.union([LoggedInSchema, SecondFactorNeededSchema, MessageSchema]),
      },
      302: { description: 'To the CAS server' },
      303: { description: 'To a page, for a browser' },
      ...refusals(401, 403, 404, 409, 429, 503),
    },
    handler: async ({ query, req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      return await toPage(req, res, CAS, async () => {
        deps.providers.get(CAS)
        return query.ticket === undefined ? await leave(deps, req, res, query) : await comeBack(deps, req, res)
      })
    },
  })
}

async function comeBack(deps: Deps, req: Request, res: Response) {
  const request = await claimNewestRequest(deps.sealer, answeringIn(req))
  return answerOrGoOn(req, res, await actOnAnswer(deps, req, res, CAS, request))
}

async function leave(deps: Deps, req: Request, res: Response, query: CasQuery): Promise<undefined> {
  const returnTo = query.returnTo ?? '/sign-in'
  const isPlain = Object.values(query).every(each => each === undefined)
  // From a gateway visit, a person who is not signed in to CAS comes back without a ticket.
  const gateway = isPlain && (await claimGatewayRequest(deps.sealer, answeringIn(req)))
  if (gateway) redirect(res, gateway.wish.returnTo ?? '/sign-in')
  else if (isFromAnotherSite(req)) redirect(res, `/sign-in?${new URLSearchParams({ returnTo })}`)
  else await leaveToSignIn(deps, req, res, CAS, signInOf(query))
}

function signInOf({ returnTo, rememberMe, renew, gateway, language }: CasQuery) {
  const purpose = gateway === 'true' ? ('gateway' as const) : ('sign-in' as const)
  return { purpose, wish: { returnTo, remember: rememberMe === 'true', renew: renew === 'true', language } }
}

function answeringIn(req: Request) {
  return { provider: CAS, browser: readProviderCookie(req) }
}

const LogoutForm = z
  .object({ logoutRequest: z.string().max(8192) })
  .meta({ id: 'CasLogoutRequest', example: { logoutRequest: '<samlp:LogoutRequest …>' } })

export function casLogoutEndpoint(deps: Deps) {
  return endpoint({
    method: 'post',
    path: '/auth/cas',
    summary: 'End the session of a person who signed out of CAS',
    description:
      'Called by the CAS server (CAS protocol 3.0, 2.3.3). The ticket that began the session is the proof. Answers the same for tickets that began none.',
    tags: ['Sign in with'],
    access: 'public',
    request: { body: LogoutForm, bodyType: 'form' },
    responses: { 200: { description: 'Ended' }, ...refusals(400, 404, 429, 503) },
    handler: async ({ body, req, res }) => {
      await throttleChallenges(deps.limiters, clientAddress(req))
      const { settings } = deps.providers.get(CAS)
      const sid = ticketOfLogoutRequest(body.logoutRequest)
      if (sid === undefined) throw problems.invalidLogoutRequest()
      const ended = await endProviderSessions(deps, { issuer: settings.issuer, sid })
      deps.logger.info('signed out by a provider', { provider: CAS, ended })
      res.set('Cache-Control', 'no-store')
    },
  })
}
