import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'

/** A claim of an ID token, or an attribute of CAS, whose value gives a new account a role. */
type RoleRule = { claim: string; value: string; role: string }

type CommonSettings = {
  /** In lower case, as in URLs. */
  name: string
  label: string
  /** Why it cannot be used; the server starts all the same. */
  fault?: string
  issuer: string
  registration: 'open' | 'closed' | undefined
  /** Only addresses of these domains may create an account; empty for all. */
  domains: string[]
  /** Domains whose addresses this provider hands out: such an address links an existing account without a proof. */
  trustedDomains: string[]
  /** Values of `amr` or `acr` that count as a second factor. */
  trustedAmr: string[]
  roles: RoleRule[]
}

/** A provider that speaks OpenID Connect or OAuth 2, from the variables `OIDC_<NAME>_…`. */
export type OidcSettings = CommonSettings & {
  protocol: 'oidc'
  clientId: string
  clientSecret: string | undefined
  /** Apple: what the client secret is made from. */
  signing?: { teamId: string; keyId: string; privateKey: string }
  scopes: string
  /** Microsoft: the tenants that are let in. */
  tenants: string[]
}

/** The CAS server, from the variables `CAS_…`. Its issuer is CAS_URL. */
export type CasSettings = CommonSettings & {
  protocol: 'cas'
  /** This server, as the CAS server knows it. */
  serviceUrl: string
  version: '2.0' | '3.0'
  /** Whether CAS asks for the password at every sign-in. */
  renew: boolean
  /** Whether its addresses count as verified. */
  emailVerified: boolean
  /** Attributes to read, such as `displayName|givenName+sn`: the first alternative of which every part is there. */
  attributes: { name: string; email: string }
}

/** One other login server that people may sign in with. */
export type ProviderSettings = OidcSettings | CasSettings

type Preset = { label: string; issuer: string; scopes?: string }

/** What is known of a provider by its name. */
const PRESETS: Record<string, Preset> = {
  google: { label: 'Google', issuer: 'https://accounts.google.com' },
  microsoft: { label: 'Microsoft', issuer: 'https://login.microsoftonline.com/organizations/v2.0' },
  github: { label: 'GitHub', issuer: 'https://github.com', scopes: 'read:user user:email' },
  gitlab: { label: 'GitLab', issuer: 'https://gitlab.com' },
  apple: { label: 'Apple', issuer: 'https://appleid.apple.com', scopes: 'openid email name' },
}

/** The variables of one provider, by what follows `OIDC_<NAME>_`, for docs/sign-in-with.md. */
export const PROVIDER_VARIABLES: Record<string, string> = {
  ISSUER: 'Address of the provider. google, microsoft, github, gitlab and apple have one',
  CLIENT_ID: 'Issued by the provider when you register this server',
  CLIENT_SECRET: 'Issued by the provider; Apple uses the three variables below instead',
  SCOPES: 'Scopes to ask for; default `openid email profile`',
  LABEL: 'Name on the button; default NAME',
  REGISTRATION: '`open` or `closed`: whether this provider may create accounts; default REGISTRATION',
  DOMAINS: 'Comma list: only addresses in these domains create accounts',
  ROLES: 'Comma list of `claim:value=role`: roles of a new account',
  TRUSTED_DOMAINS:
    'Comma list of domains whose addresses this provider hands out; they link an account without a proof',
  TRUSTED_AMR: 'Comma list of `amr` or `acr` values that count as a second factor',
  TENANTS: 'Microsoft: comma list of tenant IDs that may sign in',
  TEAM_ID: 'Apple: team ID',
  KEY_ID: 'Apple: ID of the private key',
  PRIVATE_KEY: 'Apple: the private key in PEM form, line breaks as `\\n`',
}

const PREFIX = /^OIDC_([A-Z][A-Z0-9]{0,30})_([A-Z_]+)$/

/** Names that Passport strategies have already. */
const RESERVED = ['cas', 'local', 'session', 'token']

/** Reads the providers. A mistake in one is told by its `fault` and keeps nothing else from working. */
export function readProviders(source: Record<string, string | undefined>): OidcSettings[] {
  const set = Object.keys(source).filter(key => source[key]?.trim())
  const names = new Set(set.map(key => PREFIX.exec(key)?.[1]).filter(name => name !== undefined))
  return [...names]
    .sort()
    .map(name => readProvider(name, suffix => source[`OIDC_${name}_${suffix}`]?.trim() ?? '', set))
}

function readProvider(name: string, read: (suffix: string) => string, set: string[]): OidcSettings {
  const preset = PRESETS[name.toLowerCase()]
  const settings: OidcSettings = {
    protocol: 'oidc',
    name: name.toLowerCase(),
    label: read('LABEL') || preset?.label || name[0] + name.slice(1).toLowerCase(),
    issuer: read('ISSUER') || preset?.issuer || '',
    clientId: read('CLIENT_ID'),
    clientSecret: read('CLIENT_SECRET') || undefined,
    scopes: read('SCOPES') || preset?.scopes || 'openid email profile',
    tenants: listIn(read('TENANTS')),
    trustedAmr: listIn(read('TRUSTED_AMR')),
    ...readCommon(read),
    ...(read('PRIVATE_KEY') && {
      signing: {
        teamId: read('TEAM_ID'),
        keyId: read('KEY_ID'),
        privateKey: read('PRIVATE_KEY').replaceAll('\\n', '\n'),
      },
    }),
  }
  const fault = unknownIn(name, set) ?? faultIn(settings, read)
  return fault === undefined ? settings : { ...settings, fault: `OIDC_${name}_${fault}` }
}

function faultIn(settings: OidcSettings, read: (suffix: string) => string): string | undefined {
  const { name, issuer, clientId, clientSecret, signing, tenants } = settings
  if (RESERVED.includes(name)) return `… has a reserved name; write another in its place`
  if (!isSecureUrl(issuer)) return 'ISSUER is not set, or not an https address'
  if (!clientId) return 'CLIENT_ID is not set'
  if (name !== 'apple' && !clientSecret) return 'CLIENT_SECRET is not set'
  if (name === 'apple' && !(signing?.teamId && signing.keyId)) return 'TEAM_ID, KEY_ID or PRIVATE_KEY is not set'
  if (signing && !isSigningKey(signing.privateKey)) return 'PRIVATE_KEY is not a P-256 key in PEM form'
  if (name === 'microsoft' && tenants.length === 0)
    return 'TENANTS is not set; without it any organization could sign in'
  return commonFaultIn(settings, read)
}

/** What can be wrong with any provider. */
export function commonFaultIn(
  { registration, roles }: CommonSettings,
  read: (suffix: string) => string,
): string | undefined {
  if (read('REGISTRATION') && registration === undefined) return 'REGISTRATION is neither open nor closed'
  if (roles.some(({ claim, value, role }) => !(claim && value && role)))
    return 'ROLES is not a list of claim:value=role'
  return undefined
}

/** What every provider may have set. */
export function readCommon(read: (suffix: string) => string) {
  return {
    registration: registrationIn(read('REGISTRATION')),
    domains: listIn(read('DOMAINS').toLowerCase()),
    trustedDomains: listIn(read('TRUSTED_DOMAINS').toLowerCase()),
    roles: listIn(read('ROLES')).map(roleIn),
  }
}

function unknownIn(name: string, set: string[]): string | undefined {
  const suffixes = set.map(key => PREFIX.exec(key)).filter(match => match?.[1] === name)
  const unknown = suffixes.find(match => PROVIDER_VARIABLES[match?.[2] ?? ''] === undefined)
  return unknown?.[2] && `${unknown[2]} is not a setting; see docs/sign-in-with.md`
}

function isSigningKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

/** Plain http only on this machine, for development and tests. */
export function isSecureUrl(text: string): boolean {
  const { data: url } = z.url({ protocol: /^https?$/ }).safeParse(text)
  if (url === undefined) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

export function listIn(text: string): string[] {
  return text
    .split(',')
    .map(entry => entry.trim())
    .filter(Boolean)
}

function registrationIn(text: string): 'open' | 'closed' | undefined {
  return text === 'open' || text === 'closed' ? text : undefined
}

function roleIn(text: string): RoleRule {
  const [, claim = '', value = '', role = ''] = /^([^:=]+):(.+)=([^=]+)$/.exec(text) ?? []
  return { claim, value, role }
}
