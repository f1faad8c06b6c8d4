import * as client from 'openid-client'
import type { OidcSettings } from '../../configs/env/providers.ts'
import { seconds } from '../durations.ts'
import { SUBJECT } from './profile.ts'

/** How far the clock of a provider may be ahead (seconds). */
const CLOCK_AHEAD = 60

/**
 * Checks what openid-client leaves to its caller (OpenID Connect Core 1.0, 2 and 3.1.3.7).
 * @throws openid-client's ClientError
 */
export function idTokenOf(
  tokens: client.TokenEndpointResponseHelpers,
  { clientId, tenants }: OidcSettings,
): client.IDToken {
  const claims = tokens.claims()
  if (!claims) throw new client.ClientError('there is no ID token')
  const { azp, sub, iat, tid } = claims
  if (azp !== undefined && azp !== clientId) throw new client.ClientError('the ID token was issued to another client')
  if (!SUBJECT.test(sub)) throw new client.ClientError('the subject is not printable ASCII of up to 255 characters')
  if (iat > Date.now() / seconds(1) + CLOCK_AHEAD) throw new client.ClientError('the ID token was issued in the future')
  if (tenants.length > 0 && !(typeof tid === 'string' && tenants.includes(tid)))
    throw new client.ClientError('the tenant is not in the list of those that may sign in')
  return claims
}
