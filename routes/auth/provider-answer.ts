import type { Request, Response } from 'express'
import { isOwnersDevice } from '../../src/devices/devices.ts'
import { linkIdentity } from '../../src/federation/identities.ts'
import { keepPending } from '../../src/federation/pending-identity.ts'
import type { Profile } from '../../src/federation/profile.ts'
import { proveIdentity } from '../../src/federation/prove.ts'
import { reasonOf, refusalOf } from '../../src/federation/refusal.ts'
import { type ClaimedRequest, maxAgeOf } from '../../src/federation/requests.ts'
import { signInWith } from '../../src/federation/sign-in-with.ts'
import { deviceClientOf, readProviderCookie } from '../../src/http/browser-cookies.ts'
import { authenticateWith } from '../../src/http/passport.ts'
import { problems } from '../../src/problems.ts'
import type { Deps } from '../../src/services.ts'
import { withProof } from '../../src/sessions/facts.ts'
import { answerSignIn } from './answer-sign-in.ts'
import { askingIn, sessionOf, signedIn } from './signed-in.ts'

/**
 * Acts on what a provider sent the browser back with: signs in, links the identity, or takes it as a fresh proof.
 * @param request what the browser left with, claimed
 * @returns the JSON for a program, and the page for a person
 * @throws an HttpProblem
 */
export async function actOnAnswer(deps: Deps, req: Request, res: Response, name: string, request: ClaimedRequest) {
  const { settings } = deps.providers.get(name)
  const profile = await redeem(deps, req, res, name, request)
  const page = request.wish.returnTo ?? '/account'
  if (request.sessionId === null) return await finishSignIn(deps, req, res, profile, request)
  if (sessionOf(deps.store, req) !== request.sessionId) throw problems.providerAnswerForeign()
  if (request.purpose === 'link' && settings.protocol === 'cas') {
    // A ticket names no visit, so another site could have brought its own: the person says whether it is theirs.
    await keepPending(deps.sealer, readProviderCookie(req), { profile, userId: signedIn(req).id })
    throw problems.identityUndecided()
  }
  if (request.purpose === 'link') {
    const isOwners = await isOwnersDevice(deviceClientOf(req).deviceTokens, signedIn(req).id)
    await linkIdentity(deps, askingIn(deps.store, req), profile, { isOwners })
    await deps.store.renewByUser(signedIn(req).id)
    return { body: { message: `${settings.label} linked` }, page }
  }
  await proveIdentity(deps, askingIn(deps.store, req), profile)
  await deps.store.renew(req, { auth: withProof(req.session.auth, 'provider') })
  return { body: { message: 'Reauthenticated' }, page }
}

/** The address that the provider sends the browser back to. Never made of a Host header. */
export function redirectUriOf({ env, providers }: Pick<Deps, 'env' | 'providers'>, name: string): string {
  const { settings } = providers.get(name)
  return settings.protocol === 'cas' ? settings.serviceUrl : `${env.BASE_URL}/auth/oidc/${name}/callback`
}

async function redeem(
  deps: Deps,
  req: Request,
  res: Response,
  name: string,
  request: ClaimedRequest,
): Promise<Profile> {
  const { settings } = deps.providers.get(name)
  const answer = new URL(redirectUriOf(deps, name))
  answer.search = new URL(req.originalUrl, deps.env.BASE_URL).search
  const { state, nonce, codeVerifier } = request
  const expected = { state, nonce, codeVerifier, ...maxAgeOf(request) }
  try {
    const profile = await authenticateWith<Profile>(deps.passport, name, req, res, { answer, expected })
    if (!profile) throw problems.providerRefused()
    return profile
  } catch (error) {
    const reason = reasonOf(error)
    deps.logger.warn('a provider did not confirm a sign-in', { provider: name, reason })
    await deps.audit.record('authn_login_fail', { userId: req.user?.id ?? null, details: { provider: name } })
    throw refusalOf(error, settings.label)
  }
}

async function finishSignIn(deps: Deps, req: Request, res: Response, profile: Profile, { wish }: ClaimedRequest) {
  const { settings } = deps.providers.get(profile.provider)
  const client = deviceClientOf(req)
  const language = wish.language ?? client.language
  const visit = { client: { ...client, language }, remember: wish.remember, replaces: sessionOf(deps.store, req) }
  const result = await signInWith(deps, settings, profile, visit)
  if (result.outcome === 'undecided') {
    await keepPending(deps.sealer, readProviderCookie(req), { profile, userId: result.userId })
    throw problems.identityUndecided()
  }
  const body = answerSignIn(deps, req, res, result)
  const next = wish.returnTo ?? '/account'
  if (result.outcome === 'signed-in') return { body, page: next }
  const query = new URLSearchParams({ secondFactor: result.methods.join(','), returnTo: next })
  return { body, page: `/sign-in?${query}` }
}
