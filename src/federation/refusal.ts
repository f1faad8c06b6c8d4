import * as client from 'openid-client'
import { problems } from '../problems.ts'
import { ProviderUnavailable } from './bounded-fetch.ts'
import { TicketRefused } from './cas/client.ts'

/** Answers of a provider that say that it cannot answer now (RFC 6749, 4.1.2.1). */
const FOR_NOW = ['temporarily_unavailable', 'server_error']

/**
 * What the person is told of an error that a provider gave or caused; any other error as it is.
 * @param label how people call the provider
 */
export function refusalOf(error: unknown, label: string): unknown {
  if (isForNow(error)) return problems.providerUnavailable(label, error)
  return REFUSALS.some(each => error instanceof each) ? problems.providerRefused() : error
}

const REFUSALS = [
  client.ClientError,
  client.AuthorizationResponseError,
  client.ResponseBodyError,
  client.WWWAuthenticateChallengeError,
  TicketRefused,
]

/** What the log says of it: never a token or a claim, which the causes hold. */
export function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError) return error.error
  if (error instanceof client.ResponseBodyError) return `${error.status} ${error.error}`
  return error instanceof Error ? `${error.message}${detailOf(error)}` : 'unknown'
}

function detailOf({ cause }: Error): string {
  return cause instanceof Error ? ` (${cause.message})` : ''
}

function isForNow(error: unknown): boolean {
  if (error instanceof ProviderUnavailable) return true
  if (error instanceof client.AuthorizationResponseError) return FOR_NOW.includes(error.error)
  if (error instanceof Response) return error.status >= 500
  return error instanceof Error && error.cause !== undefined && isForNow(error.cause)
}
