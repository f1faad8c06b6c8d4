import { SignJWT } from 'jose'
import type { Principal } from '../identity/principal.ts'
import { problems } from '../problems.ts'
import type { Factor } from '../sessions/facts.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import type { Application } from './rules.ts'

/** Lower-case values of the headers that an application gets; empty ones replace what a visitor sent. */
export type IdentityHeaders = Readonly<Record<(typeof IDENTITY_HEADERS)[number], string>>

export const IDENTITY_HEADERS = [
  'Remote-User',
  'Remote-Email',
  'Remote-Name',
  'Remote-Groups',
  'Latchkey-Assertion',
] as const

export const NO_IDENTITY: IdentityHeaders = {
  'Remote-User': '',
  'Remote-Email': '',
  'Remote-Name': '',
  'Remote-Groups': '',
  'Latchkey-Assertion': '',
}

/** So that no access token passes for an assertion, nor the other way round (RFC 8725, 3.11). */
const ASSERTION_TYPE = 'latchkey-assertion+jwt'
export const ASSERTION_LIFETIME_SECONDS = 60

/** Who asks, and how they proved it. */
export type Visitor = {
  principal: Principal
  /** Public id of the session, or id of the token. */
  id: string
  factors: Factor[]
  /** When they signed in, in ms of the epoch. */
  at?: number | undefined
}

/** @throws 403 if the account lacks what `Remote-User` shall hold */
export async function identityOf(
  { ring, issuer }: { ring: Pick<KeyRing, 'signer'>; issuer: string },
  { origin, user }: Application,
  { principal, id, factors, at }: Visitor,
): Promise<IdentityHeaders> {
  const email = principal.emailVerified ? principal.email : null
  const name = { id: principal.id, username: principal.username, email }[user]
  if (name === null) throw problems.applicationRefused(MISSING[user])
  const { kid, key } = await ring.signer()
  const now = Math.floor(Date.now() / 1000)
  const assertion = await new SignJWT({
    sid: id,
    name: principal.name,
    ...(principal.username !== null && { preferred_username: principal.username }),
    ...(email !== null && { email, email_verified: true }),
    groups: principal.roles,
    amr: factors,
    ...(at !== undefined && { auth_time: Math.floor(at / 1000) }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: ASSERTION_TYPE, kid })
    .setIssuer(issuer)
    .setAudience(origin)
    .setSubject(principal.id)
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_LIFETIME_SECONDS)
    .sign(key)
  return {
    'Remote-User': headerSafe(name),
    'Remote-Email': headerSafe(email ?? ''),
    'Remote-Name': headerSafe(principal.name),
    'Remote-Groups': principal.roles.map(role => headerSafe(role).replaceAll(',', '%2C')).join(','),
    'Latchkey-Assertion': assertion,
  }
}

const MISSING = {
  id: 'Your account has no ID.',
  username: 'Your account has no username, which this application needs. Choose one in your profile.',
  email: 'Your account has no verified email address, which this application needs. Verify yours.',
}

/** Headers carry visible ASCII and spaces; the rest is percent-encoded as UTF-8, and so is `%`. */
function headerSafe(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\x20-\x24\x26-\x7e]+/g, encodeURIComponent)
    .trim()
}
