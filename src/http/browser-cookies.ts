import type { Request, Response } from 'express'
import type { User } from '../../models/user.ts'
import { clientOf } from '../client-address.ts'
import { hostCookieName, strictAttributes } from '../cookies.ts'
import { DEVICE_LIFETIME, type DeviceClient, MOST_USERS } from '../devices/devices.ts'
import { hours } from '../durations.ts'
import { hashOfSecret, newSecret } from '../encryption/one-way.ts'
import { CHALLENGE_LIFETIME } from '../factors/challenges.ts'
import { REQUEST_LIFETIME } from '../federation/requests.ts'
import { EMAIL_SIGN_IN_LIFETIME } from '../sign-in/email.ts'

const DEVICE = 'latchkey.device'
const DEVICE_TOKEN = /^[\w-]{43}$/
const SEPARATOR = '.'

export function deviceClientOf(req: Request): DeviceClient {
  return { ...clientOf(req), deviceTokens: deviceTokensOf(req) }
}

/** @returns the tokens in the signed device cookie; none if it is missing or malformed */
export function deviceTokensOf(req: Request): string[] {
  const value: unknown = req.signedCookies[hostCookieName(DEVICE, req)]
  const tokens = typeof value === 'string' ? value.split(SEPARATOR, MOST_USERS) : []
  return tokens.every(token => DEVICE_TOKEN.test(token)) ? tokens : []
}

export function setDeviceCookie(req: Request, res: Response, deviceTokens: string[]) {
  // Lax, because the way back from a provider comes from another site.
  const options = { ...strictAttributes(req), sameSite: 'lax', signed: true, maxAge: DEVICE_LIFETIME } as const
  res.cookie(hostCookieName(DEVICE, req), deviceTokens.join(SEPARATOR), options)
}

const REGISTRATION = 'latchkey.registered'
/** As long as the link that confirms the address. */
const REGISTRATION_LIFETIME = hours(24)

/**
 * Marks the browser in which an account was registered. The cookie opens nothing by itself.
 * @param registered id of the account, or of a registration whose address is not confirmed yet
 */
export function setRegistrationCookie(req: Request, res: Response, registered: string) {
  const options = { ...strictAttributes(req), signed: true, maxAge: REGISTRATION_LIFETIME }
  res.cookie(hostCookieName(REGISTRATION, req), registered, options)
}

/** Whether this browser is signed in to the account, or registered it. */
export function isRegistrants(req: Request, { id, pendingRegistration }: Pick<User, 'id' | 'pendingRegistration'>) {
  return req.user?.id === id || req.signedCookies[hostCookieName(REGISTRATION, req)] === (pendingRegistration ?? id)
}

export function clearRegistrationCookie(req: Request, res: Response) {
  res.clearCookie(hostCookieName(REGISTRATION, req), strictAttributes(req))
}

const EMAIL_SIGN_IN = 'latchkey.email-login'

/**
 * Binds an email that signs in to the browser that asked for it, so that nobody can sign a victim in to an account of theirs.
 * @returns what the email is bound to
 */
export function setEmailSignInCookie(req: Request, res: Response): string {
  const mark = newSecret()
  const options = { ...strictAttributes(req), signed: true, maxAge: EMAIL_SIGN_IN_LIFETIME }
  res.cookie(hostCookieName(EMAIL_SIGN_IN, req), mark, options)
  return hashOfSecret(mark)
}

/** @returns what an email that this browser asked for is bound to; empty if it asked for none */
export function emailSignInMarkOf(req: Request): string {
  const mark: unknown = req.signedCookies[hostCookieName(EMAIL_SIGN_IN, req)]
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}

export function clearEmailSignInCookie(req: Request, res: Response) {
  res.clearCookie(hostCookieName(EMAIL_SIGN_IN, req), strictAttributes(req))
}

const CHALLENGE = 'passkey-challenge'

/**
 * Binds a passkey challenge to a browser that has no session yet, so that nobody can have a victim answer a challenge of theirs.
 * @returns what the challenge is bound to
 */
export function setChallengeCookie(req: Request, res: Response): string {
  const mark = newSecret()
  res.cookie(hostCookieName(CHALLENGE, req), mark, { ...strictAttributes(req), maxAge: CHALLENGE_LIFETIME })
  return hashOfSecret(mark)
}

/** @returns what a challenge of this browser is bound to; the cookie has one use and is cleared */
export function takeChallengeCookie(req: Request, res: Response): string {
  const mark: unknown = req.cookies[hostCookieName(CHALLENGE, req)]
  res.clearCookie(hostCookieName(CHALLENGE, req), strictAttributes(req))
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}

const PROVIDER = 'latchkey.provider'
const PROVIDER_MARK = /^[\w-]{43}$/

/**
 * Marks a browser that leaves for a provider, so that only it can bring the answer (login CSRF). All its tabs share the mark.
 * @returns what the request is bound to
 */
export function setProviderCookie(req: Request, res: Response): string {
  const mark = providerMark(req) ?? newSecret()
  const options = { ...strictAttributes(req), sameSite: 'lax', maxAge: REQUEST_LIFETIME } as const
  res.cookie(hostCookieName(PROVIDER, req), mark, options)
  return hashOfSecret(mark)
}

/** @returns what requests of this browser are bound to; empty without the cookie */
export function readProviderCookie(req: Request): string {
  const mark = providerMark(req)
  return mark === undefined ? '' : hashOfSecret(mark)
}

function providerMark(req: Request): string | undefined {
  const mark: unknown = req.cookies[hostCookieName(PROVIDER, req)]
  return typeof mark === 'string' && PROVIDER_MARK.test(mark) ? mark : undefined
}
