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
import { languageOf } from './language.ts'

const DEVICE = 'latchkey.device'
const DEVICE_TOKEN = /^[\w-]{43}$/
const SEPARATOR = '.'

export function deviceClientOf(req: Request): DeviceClient {
  return { ...clientOf(req), language: languageOf(req), deviceTokens: deviceTokensOf(req) }
}

export function deviceTokensOf(req: Request): string[] {
  const value: unknown = req.signedCookies[hostCookieName(DEVICE, req)]
  const tokens = typeof value === 'string' ? value.split(SEPARATOR, MOST_USERS) : []
  return tokens.every(token => DEVICE_TOKEN.test(token)) ? tokens : []
}

export function setDeviceCookie(req: Request, res: Response, deviceTokens: string[]) {
  // Lax, because the return from a provider is a cross-site navigation.
  const options = { ...strictAttributes(req), sameSite: 'lax', signed: true, maxAge: DEVICE_LIFETIME } as const
  res.cookie(hostCookieName(DEVICE, req), deviceTokens.join(SEPARATOR), options)
}

const REGISTRATION = 'latchkey.registered'
const REGISTRATION_LIFETIME = hours(24)

/** Opens nothing by itself. @param registered id of the account or the pending registration */
export function setRegistrationCookie(req: Request, res: Response, registered: string) {
  const options = { ...strictAttributes(req), signed: true, maxAge: REGISTRATION_LIFETIME }
  res.cookie(hostCookieName(REGISTRATION, req), registered, options)
}

export function isRegistrants(req: Request, { id, pendingRegistration }: Pick<User, 'id' | 'pendingRegistration'>) {
  return req.user?.id === id || req.signedCookies[hostCookieName(REGISTRATION, req)] === (pendingRegistration ?? id)
}

export function clearRegistrationCookie(req: Request, res: Response) {
  res.clearCookie(hostCookieName(REGISTRATION, req), strictAttributes(req))
}

const EMAIL_SIGN_IN = 'latchkey.email-login'

/** Ties the email to this browser, so that nobody signs a victim in to their own account. */
export function setEmailSignInCookie(req: Request, res: Response): string {
  const mark = newSecret()
  const options = { ...strictAttributes(req), signed: true, maxAge: EMAIL_SIGN_IN_LIFETIME }
  res.cookie(hostCookieName(EMAIL_SIGN_IN, req), mark, options)
  return hashOfSecret(mark)
}

export function emailSignInMarkOf(req: Request): string {
  const mark: unknown = req.signedCookies[hostCookieName(EMAIL_SIGN_IN, req)]
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}

export function clearEmailSignInCookie(req: Request, res: Response) {
  res.clearCookie(hostCookieName(EMAIL_SIGN_IN, req), strictAttributes(req))
}

const CHALLENGE = 'passkey-challenge'

/** Ties the challenge to this browser, so that no victim can be made to answer it. */
export function setChallengeCookie(req: Request, res: Response): string {
  const mark = newSecret()
  res.cookie(hostCookieName(CHALLENGE, req), mark, { ...strictAttributes(req), maxAge: CHALLENGE_LIFETIME })
  return hashOfSecret(mark)
}

export function takeChallengeCookie(req: Request, res: Response): string {
  const mark: unknown = req.cookies[hostCookieName(CHALLENGE, req)]
  res.clearCookie(hostCookieName(CHALLENGE, req), strictAttributes(req))
  return typeof mark === 'string' ? hashOfSecret(mark) : ''
}

const PROVIDER = 'latchkey.provider'
const PROVIDER_MARK = /^[\w-]{43}$/

/** Prevents login CSRF. All tabs share the mark. */
export function setProviderCookie(req: Request, res: Response): string {
  const mark = providerMark(req) ?? newSecret()
  const options = { ...strictAttributes(req), sameSite: 'lax', maxAge: REQUEST_LIFETIME } as const
  res.cookie(hostCookieName(PROVIDER, req), mark, options)
  return hashOfSecret(mark)
}

export function readProviderCookie(req: Request): string {
  const mark = providerMark(req)
  return mark === undefined ? '' : hashOfSecret(mark)
}

function providerMark(req: Request): string | undefined {
  const mark: unknown = req.cookies[hostCookieName(PROVIDER, req)]
  return typeof mark === 'string' && PROVIDER_MARK.test(mark) ? mark : undefined
}
