import type { JWTPayload } from 'jose'
import { z } from 'zod'
import { ACCESS_TOKEN_LONGEST } from './signing-keys.ts'

/** `expires` and `provenAt` are milliseconds of the epoch. */
export type AccessClaims = {
  userId: string
  sessionId: string
  permissions: string[]
  expires: number
  provenAt?: number
  issuer: string
  clientId: string
}

const seconds = z.int().positive()

/** Only the forms issued here, so a list as `aud` or a fraction as `exp` is refused. */
const ClaimsSchema = z.object({
  iss: z.string(),
  client_id: z.string(),
  aud: z.string(),
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string().min(16).max(64),
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  auth_time: seconds.optional(),
  permissions: z.array(z.string()),
  /** Bound to a key, of which no proof is checked here (RFC 9449, section 6). */
  cnf: z.never().optional(),
})

/** Checks claims, types and lifetime (ASVS 9.2.1). @param tolerance clock difference in seconds */
export function claimsOf(
  payload: JWTPayload | undefined,
  audience: string,
  tolerance: number,
): AccessClaims | undefined {
  const { success, data } = ClaimsSchema.safeParse(payload)
  if (!success || data.aud !== audience) return undefined
  const { iss, client_id, iat, exp, sub, sid, permissions, auth_time } = data
  if (iat > Date.now() / 1000 + tolerance || (exp - iat) * 1000 > ACCESS_TOKEN_LONGEST) return undefined
  const claims = { userId: sub, sessionId: sid, permissions, expires: exp * 1000, issuer: iss, clientId: client_id }
  return auth_time === undefined ? claims : { ...claims, provenAt: auth_time * 1000 }
}
