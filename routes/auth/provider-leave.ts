import type { Request, Response } from 'express'
import type { ProviderPurpose } from '../../models/provider-request.ts'
import type { Leaving } from '../../src/federation/client.ts'
import { reasonOf, refusalOf } from '../../src/federation/refusal.ts'
import { maxAgeOf, startRequest, type Wish } from '../../src/federation/requests.ts'
import { setProviderCookie } from '../../src/http/browser-cookies.ts'
import { authenticateWith } from '../../src/http/passport.ts'
import type { Deps } from '../../src/services.ts'
import { redirectUriOf } from './provider-answer.ts'
import { publicIdOf } from './signed-in.ts'

type Visit<Purpose extends ProviderPurpose> = { purpose: Purpose; wish: Wish }

/** Sends the browser to a provider, and notes that it may come back signed in. */
export async function leaveToSignIn(
  deps: Deps,
  req: Request,
  res: Response,
  provider: string,
  visit: Visit<'sign-in' | 'gateway'>,
): Promise<void> {
  const leave = await startVisit(deps, req, res, provider, { ...visit, sessionId: null })
  await reaching(deps, provider, () => authenticateWith(deps.passport, provider, req, res, { leave }))
}

const PROMPT = { link: 'select_account', prove: 'login' } as const

/** @returns where a page has to send the browser, so that a signed-in user comes back with an identity */
export async function locationToLeaveFor(
  deps: Deps,
  req: Request,
  res: Response,
  provider: string,
  visit: Visit<'link' | 'prove'>,
): Promise<string> {
  const client = deps.providers.get(provider)
  const leave = await startVisit(deps, req, res, provider, { ...visit, sessionId: publicIdOf(deps.store, req) })
  return await reaching(deps, provider, () => client.authorizationUrl({ ...leave, prompt: PROMPT[visit.purpose] }))
}

async function startVisit(
  deps: Deps,
  req: Request,
  res: Response,
  provider: string,
  { purpose, wish, sessionId }: Visit<ProviderPurpose> & { sessionId: string | null },
): Promise<Leaving> {
  const redirectUri = redirectUriOf(deps, provider)
  const browser = setProviderCookie(req, res)
  const request = await startRequest(deps.sealer, { provider, purpose, browser, sessionId, wish })
  return { ...request, redirectUri, gateway: purpose === 'gateway', ...maxAgeOf({ purpose, wish }) }
}

async function reaching<Result>(deps: Deps, provider: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    deps.logger.warn('a provider cannot be reached', { provider, reason: reasonOf(error) })
    throw refusalOf(error, deps.providers.get(provider).settings.label)
  }
}
