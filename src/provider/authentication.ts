import { hasSecondFactor } from '../factors/policy.ts'
import type { Factor } from '../sessions/facts.ts'

export const ONE_FACTOR = 'urn:latchkey:acr:1'
export const TWO_FACTORS = 'urn:latchkey:acr:2'

/** Authentication methods of RFC 8176, section 2; the others have no name there. */
const AMR: Partial<Record<Factor, string>> = {
  password: 'pwd',
  totp: 'otp',
  'recovery-code': 'otp',
  email: 'otp',
  passkey: 'pop',
}

export function acrOf(factors: Factor[] = []): string {
  return hasSecondFactor(factors) ? TWO_FACTORS : ONE_FACTOR
}

export function amrOf(factors: Factor[] = []): string[] {
  const methods = factors.map(factor => AMR[factor]).filter(method => method !== undefined)
  return [...new Set([...methods, ...(hasSecondFactor(factors) ? ['mfa'] : [])])]
}
