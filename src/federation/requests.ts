import { Op } from 'sequelize'
import { type ProviderPurpose, ProviderRequest } from '../../models/provider-request.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import type { Sealer } from '../encryption/sealer.ts'
import { problems } from '../problems.ts'

/** How long the person has at the provider, in ms. */
export const REQUEST_LIFETIME = minutes(10)

/** What the person wanted, kept until the answer comes. */
type Wish = {
  /** A path of this site to go to afterwards. */
  returnTo?: string | undefined
  remember: boolean
}

type Secrets = { codeVerifier: string; nonce: string }

type Start = {
  provider: string
  purpose: ProviderPurpose
  /** What the browser's cookie holds, hashed. */
  browser: string
  /** Public id of the session that asks; null for a sign-in. */
  sessionId: string | null
  wish: Wish
}

export type StartedRequest = Secrets & { state: string }
export type ClaimedRequest = StartedRequest & { purpose: ProviderPurpose; sessionId: string | null; wish: Wish }

/** Notes that a browser leaves for a provider. Who may plant it: anybody, in their own browser only. It ends with its first use. */
export async function startRequest(sealer: Sealer, { wish, ...start }: Start): Promise<StartedRequest> {
  const secrets = { codeVerifier: newSecret(), nonce: newSecret() }
  const state = newSecret()
  const stateHash = hashOfSecret(state)
  await ProviderRequest.create({
    ...start,
    stateHash,
    sealed: sealer.seal(JSON.stringify({ ...secrets, wish }), contextOf(stateHash)),
    expires: new Date(Date.now() + REQUEST_LIFETIME),
    usedAt: null,
  })
  return { ...secrets, state }
}

/**
 * Uses a request up: of many parallel answers one succeeds, because the claim is one UPDATE (ASVS 2.3.4).
 * @param browser as the cookie of the browser that brings the answer says
 * @throws 401 that tells apart an answer to no request, of another browser, used already, and too late
 */
export async function claimRequest(
  sealer: Sealer,
  { state, provider, browser }: { state: string; provider: string; browser: string },
): Promise<ClaimedRequest> {
  const stateHash = hashOfSecret(state)
  const [claimed] = await ProviderRequest.update(
    { usedAt: new Date() },
    { where: { stateHash, provider, browser, usedAt: null, expires: { [Op.gt]: new Date() } } },
  )
  const request = await ProviderRequest.findOne({ where: { stateHash, provider } })
  if (!request) throw problems.providerAnswerUnknown()
  if (claimed !== 1) throw refusalFor(request, browser)
  const { codeVerifier, nonce, wish } = JSON.parse(sealer.open(request.sealed, contextOf(stateHash)).text)
  const { purpose, sessionId } = request
  return { state, codeVerifier, nonce, wish, purpose, sessionId }
}

function refusalFor({ browser, usedAt }: ProviderRequest, presented: string) {
  if (browser !== presented) return problems.providerAnswerForeign()
  return usedAt ? problems.providerAnswerUsed() : problems.providerAnswerExpired()
}

function contextOf(stateHash: string) {
  return `provider request:${stateHash}`
}
