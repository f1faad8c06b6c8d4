import type { Request, Response } from 'express'
import type { ProviderPurpose } from '../../models/provider-request.ts'
import type { Leaving } from '../../src/federation/client.ts'
import { reasonOf, refusalOf } from '../../src/federation/refusal.ts'
import { startRequest, type Wish } from '../../src/federation/requests.ts'
import { setProviderCookie } from '../../src/http/browser-cookies.ts'
import { authenticateWith } from '../../src/http/passport.ts'
import type { Deps } from '../../src/services.ts'
import { redirectUriOf } from './provider-answer.ts'

type SignIn = { purpose: Extract<ProviderPurpose, 'sign-in' | 'gateway'>; wish: Wish }

/** Sends the browser to a provider, and notes that it may come back signed in. */
export async function leaveToSignIn(
  deps: Deps,
  req: Request,
  res: Response,
  provider: string,
  { purpose, wish }: SignIn,
): Promise<void> {
  const browser = setProviderCookie(req, res)
  const request = await startRequest(deps.sealer, { provider, purpose, browser, sessionId: null, wish })
  const leave: Leaving = {
    ...request,
    redirectUri: redirectUriOf(deps, provider),
    gateway: purpose === 'gateway',
    ...(wish.renew && { maxAge: 0 }),
  }
  try {
    await authenticateWith(deps.passport, provider, req, res, { leave })
  } catch (error) {
    deps.logger.warn('a provider cannot be reached', { provider, reason: reasonOf(error) })
    throw refusalOf(error, deps.providers.get(provider).settings.label)
  }
}
