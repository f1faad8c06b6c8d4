import type { Client as OidcClient } from 'oidc-provider'
import { TWO_FACTORS } from './authentication.ts'

/** Set by this server, whatever the application sends: when the request began, in seconds. It stays through all prompts. */
export const ASKED_AT = 'asked_at'

type Params = Record<string, unknown>

/**
 * `prompt=login` and `max_age` ask for a proof made since the request (OpenID Connect Core 1.0, section 3.1.2.1).
 * @param authTime in seconds
 */
export function wantsNewerProof(params: Params, authTime: number): boolean {
  if (authTime >= Number(params[ASKED_AT])) return false
  const age = Math.floor(Date.now() / 1000) - authTime
  const prompts = String(params.prompt ?? '').split(' ')
  return prompts.includes('login') || (params.max_age !== undefined && age > Number(params.max_age))
}

/** Where the client, or the first value of `acr_values`, asks for two. */
export function wantsSecondFactor(client: OidcClient | undefined, params: Params): boolean {
  return client?.second_factor === true || String(params.acr_values ?? '').split(' ')[0] === TWO_FACTORS
}
