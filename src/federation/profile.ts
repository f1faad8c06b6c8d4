import type { ProviderSettings } from '../../configs/env/providers.ts'
import { seconds } from '../durations.ts'
import { EmailSchema, NameSchema } from '../identity/identifiers.ts'

/** What a provider confirmed about the person who signed in there. */
export type Profile = {
  /** As the configuration names it. */
  provider: string
  issuer: string
  subject: string
  /** How the provider calls the account. Shown, never compared. */
  accountName: string
  /** Full name of the person. */
  name: string
  /** In its canonical form. */
  email: string | null
  /** Whether the provider says that mail to the address reaches the person. Otherwise it may be anybody's. */
  emailVerified: boolean
  /** Names of the roles that a new account gets. */
  roles: string[]
  /** Whether the person gave the provider a second factor that the configuration trusts. */
  hasSecondFactor: boolean
  /** When the person last proved it there, in ms of the epoch; null where the provider does not say. */
  provenAt: number | null
  /** The session at the provider, where it names one. */
  sid: string | null
}

/** Claims of an ID token, of userinfo, or attributes of another protocol, by name. */
export type Claims = Record<string, unknown>

/** Printable ASCII, at most 255 characters (OpenID Connect Core 1.0, 2). */
export const SUBJECT = /^[\x20-\x7e]{1,255}$/

type Subject = { issuer: string; subject: string; sid?: string | null }

/** In other addresses, letters may become others in the canonical form, and the address somebody else's. */
const ASCII = /^[\x21-\x7e]+$/

/** Reads the claims that OpenID Connect names (OpenID Connect Core 1.0, 5.1). */
export function profileOf(
  settings: ProviderSettings,
  { issuer, subject, sid = null }: Subject,
  claims: Claims,
): Profile {
  const email = EmailSchema.safeParse(textOf(claims.email)).data ?? null
  const emailVerified = isVerified(settings, claims)
  const accountName = email ?? NameSchema.safeParse(claims.preferred_username).data ?? subject
  return {
    provider: settings.name,
    issuer,
    subject,
    accountName: accountName.slice(0, 200),
    name: nameIn(claims) ?? NameSchema.safeParse(accountName.split('@', 1)[0]).data ?? 'New user',
    email,
    emailVerified,
    roles: rolesOf(settings, emailVerified ? claims : { ...claims, email: undefined }),
    hasSecondFactor: [...valuesOf(claims.amr), ...valuesOf(claims.acr)].some(each =>
      settings.trustedAmr.includes(each),
    ),
    provenAt: typeof claims.auth_time === 'number' ? claims.auth_time * seconds(1) : null,
    sid,
  }
}

/** Apple sends a string. Microsoft's address is whatever a tenant's administrator wrote. */
function isVerified({ name }: ProviderSettings, { email, email_verified }: Claims): boolean {
  return name !== 'microsoft' && String(email_verified) === 'true' && ASCII.test(textOf(email))
}

function rolesOf({ roles }: ProviderSettings, claims: Claims): string[] {
  return roles.filter(({ claim, value }) => valuesOf(claims[claim]).includes(value)).map(({ role }) => role)
}

function nameIn({ name, given_name, family_name, preferred_username }: Claims): string | undefined {
  const names = [textOf(name), `${textOf(given_name)} ${textOf(family_name)}`, textOf(preferred_username)]
  return names.map(each => NameSchema.safeParse(each).data).find(each => each !== undefined)
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : ''
}

function valuesOf(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter(each => typeof each === 'string')
}
