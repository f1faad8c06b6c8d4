import type { CasSettings } from '../../../configs/env/providers.ts'
import type { Expected, Leaving, ProviderClient } from '../client.ts'
import { type Profile, profileOf } from '../profile.ts'
import { casEndpoint, casLoginUrl } from './urls.ts'
import { validateTicket } from './validate.ts'

/** The CAS server refuses a ticket. The message is its code, such as INVALID_TICKET. */
export class TicketRefused extends Error {}

/** @param settings without a fault */
export function createCasClient(settings: CasSettings): ProviderClient {
  const { issuer, serviceUrl, version } = settings
  const server = { casUrl: issuer, serviceUrl, protocol: version }
  const isRenewed = (maxAge?: number) => settings.renew || maxAge === 0

  function authorizationUrl({ maxAge, gateway = false }: Leaving): Promise<string> {
    return Promise.resolve(casLoginUrl(server, { renew: isRenewed(maxAge), gateway }).href)
  }

  async function profileFrom(answer: URL, { maxAge }: Expected): Promise<Profile> {
    const ticket = answer.searchParams.get('ticket') ?? ''
    const validation = await validateTicket(server, ticket, { renew: isRenewed(maxAge) })
    if (validation.outcome === 'refused') throw new TicketRefused(validation.code)
    const { subject, attributes } = validation
    return profileOf(settings, { issuer, subject, sid: ticket }, claimsOf(settings, subject, attributes))
  }

  function signOutUrl(returnTo: string): Promise<string> {
    const url = casEndpoint(server, '/logout')
    url.searchParams.set('service', returnTo)
    return Promise.resolve(url.href)
  }

  return { settings, authorizationUrl, profileFrom, signOutUrl }
}

type Attributes = Record<string, string[]>

/** The attributes, and over them what has a name of its own in OpenID Connect. */
function claimsOf({ attributes: names, emailVerified }: CasSettings, subject: string, attributes: Attributes) {
  return {
    ...attributes,
    name: firstOf(names.name, attributes),
    email: firstOf(names.email, attributes),
    email_verified: emailVerified,
    preferred_username: subject,
    // A ticket from single sign-on says nothing of when the password was entered.
    ...(attributes.isFromNewLogin?.[0]?.toLowerCase() === 'false' && { auth_time: 0 }),
  }
}

/** @param names such as `displayName|givenName+sn` */
function firstOf(names: string, attributes: Attributes): string | undefined {
  const alternatives = names.split('|').map(parts => parts.split('+').map(name => attributes[name.trim()]?.[0]))
  return alternatives.find(values => values.every(Boolean))?.join(' ')
}
