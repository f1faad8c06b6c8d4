import { Op } from 'sequelize'
import { type ProviderPurpose, ProviderRequest } from '../../models/provider-request.ts'
import { minutes } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import type { Sealer } from '../encryption/sealer.ts'
import type { Language } from '../languages.ts'
import { problems } from '../problems.ts'

/** How long the person has at the provider, in ms. */
export const REQUEST_LIFETIME = minutes(10)

/** What the person wanted, kept until the answer comes. */
export type Wish = {
  /** A path of this site to go to afterwards. */
  returnTo?: string | undefined
  remember: boolean
  /** Asks the provider for a new proof. */
  renew?: boolean
  /** Of a new account. */
  language?: Language | undefined
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

/** A new proof is demanded of the provider when the browser leaves, and checked when it comes back. */
export function maxAgeOf({ purpose, wish }: { purpose: ProviderPurpose; wish: Wish }): { maxAge?: number } {
  return purpose === 'prove' || wish.renew ? { maxAge: 0 } : {}
}

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

type Answering = {
  provider: string
  /** As the cookie of the browser that brings the answer says. */
  browser: string
}

/**
 * Uses a request up: of many parallel answers one succeeds, because the claim is one UPDATE (ASVS 2.3.4).
 * @throws 401 that tells apart an answer to no request, of another browser, used already, and too late
 */
export async function claimRequest(
  sealer: Sealer,
  { state, provider, browser }: Answering & { state: string },
): Promise<ClaimedRequest> {
  const request = await ProviderRequest.findOne({ where: { stateHash: hashOfSecret(state), provider } })
  if (!request) throw problems.providerAnswerUnknown()
  return { ...(await claim(sealer, request, browser)), state }
}

/**
 * The same for CAS, whose answers name no request: only the newest one of the browser counts.
 * @throws 401 like `claimRequest`
 */
export async function claimNewestRequest(sealer: Sealer, answering: Answering): Promise<ClaimedRequest> {
  const request = await newestRequest(answering)
  if (!request) throw problems.providerAnswerForeign()
  return await claim(sealer, request, answering.browser)
}

/** @returns undefined unless the newest request of the browser is open and of the purpose `gateway` */
export async function claimGatewayRequest(sealer: Sealer, answering: Answering): Promise<ClaimedRequest | undefined> {
  const request = await newestRequest(answering)
  const isOpen = request?.usedAt === null && request.expires > new Date()
  if (!isOpen || request.purpose !== 'gateway') return undefined
  return await claim(sealer, request, answering.browser)
}

function newestRequest({ provider, browser }: Answering): Promise<ProviderRequest | null> {
  return ProviderRequest.findOne({ where: { provider, browser }, order: [['expires', 'DESC']] })
}

async function claim(sealer: Sealer, request: ProviderRequest, browser: string): Promise<ClaimedRequest> {
  const { stateHash, purpose, sessionId, sealed } = request
  const [claimed] = await ProviderRequest.update(
    { usedAt: new Date() },
    { where: { stateHash, browser, usedAt: null, expires: { [Op.gt]: new Date() } } },
  )
  if (claimed !== 1) throw refusalFor(await request.reload(), browser)
  const { codeVerifier, nonce, wish } = JSON.parse(sealer.open(sealed, contextOf(stateHash)).text)
  return { state: '', codeVerifier, nonce, wish, purpose, sessionId }
}

function refusalFor({ browser, usedAt }: ProviderRequest, presented: string) {
  if (browser !== presented) return problems.providerAnswerForeign()
  return usedAt ? problems.providerAnswerUsed() : problems.providerAnswerExpired()
}

function contextOf(stateHash: string) {
  return `provider request:${stateHash}`
}
