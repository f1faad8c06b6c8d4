import { type CasSettings, commonFaultIn, isSecureUrl, listIn, readCommon } from './providers.ts'

/** The variables of the CAS server, for the documentation. */
export const CAS_VARIABLES = {
  CAS_URL: 'Address of the CAS server, up to where `/login` follows; switches CAS on',
  CAS_SERVICE_URL: 'This server as the CAS server knows it; default BASE_URL followed by `/auth/cas`',
  CAS_PROTOCOL: '`3.0` or `2.0`; default `3.0`',
  CAS_LABEL: 'Name on the button; default `CAS`',
  CAS_RENEW: '`true`: CAS asks for the password at every sign-in; default `false`',
  CAS_ATTRIBUTES:
    'Comma list of `name=…` and `email=…`: the attributes to read, alternatives joined by `|`, parts by `+`; default `name=displayName|cn|name|givenName+sn|first_name+last_name,email=mail|email`',
  CAS_ROLES: 'Comma list of `attribute:value=role`: roles of a new account',
  CAS_EMAIL_VERIFIED: '`true`: the addresses of CAS count as verified; default `false`',
  CAS_REGISTRATION: '`open` or `closed`: whether CAS may create accounts; default REGISTRATION',
  CAS_DOMAINS: 'Comma list: only verified addresses in these domains create accounts',
  CAS_TRUSTED_DOMAINS:
    'Comma list of domains whose addresses CAS hands out; with CAS_EMAIL_VERIFIED they link an account without a proof',
}

const ATTRIBUTES = { name: 'displayName|cn|name|givenName+sn|first_name+last_name', email: 'mail|email' }

/** Reads the CAS server, if one is set up. A mistake is told by its `fault` and keeps nothing else from working. */
export function readCas(source: Record<string, string | undefined>, baseUrl = ''): CasSettings[] {
  const set = Object.keys(source).filter(key => key.startsWith('CAS_') && source[key]?.trim())
  if (!set.some(key => key in CAS_VARIABLES)) return []
  const read = (suffix: string) => source[`CAS_${suffix}`]?.trim() ?? ''
  const settings: CasSettings = {
    protocol: 'cas',
    name: 'cas',
    label: read('LABEL') || 'CAS',
    // Part of the key of an identity, so that the same server has to be written the same way.
    issuer: read('URL').replace(/\/+$/, ''),
    serviceUrl: read('SERVICE_URL') || `${baseUrl}/auth/cas`,
    version: read('PROTOCOL') === '2.0' ? '2.0' : '3.0',
    renew: isOn(read('RENEW')),
    emailVerified: isOn(read('EMAIL_VERIFIED')),
    attributes: { ...ATTRIBUTES, ...Object.fromEntries(attributesIn(read('ATTRIBUTES'))) },
    trustedAmr: [],
    ...readCommon(read),
  }
  const fault = unknownIn(set) ?? faultIn(settings, read, baseUrl)
  return [fault === undefined ? settings : { ...settings, fault: `CAS_${fault}` }]
}

function faultIn(settings: CasSettings, read: (suffix: string) => string, baseUrl: string): string | undefined {
  if (!isSecureUrl(settings.issuer)) return 'URL is not set, or not an https address'
  if (!URL.canParse(settings.serviceUrl) || new URL(settings.serviceUrl).origin !== baseUrl)
    return 'SERVICE_URL is not an address below BASE_URL'
  if (!['', '2.0', '3.0'].includes(read('PROTOCOL'))) return 'PROTOCOL is neither 2.0 nor 3.0'
  const unclear = ['RENEW', 'EMAIL_VERIFIED'].find(suffix => !['', 'true', '1', 'false', '0'].includes(read(suffix)))
  if (unclear) return `${unclear} is neither true nor false`
  if (attributesIn(read('ATTRIBUTES')).some(([field, names]) => !(field in ATTRIBUTES) || !names))
    return 'ATTRIBUTES is not a list of name=… and email=…'
  return commonFaultIn(settings, read)
}

function unknownIn(set: string[]): string | undefined {
  const unknown = set.find(key => !(key in CAS_VARIABLES))
  return unknown && `${unknown.slice('CAS_'.length)} is not a setting; see docs/sign-in-with-cas.md`
}

function isOn(text: string): boolean {
  return text === 'true' || text === '1'
}

function attributesIn(text: string): [field: string, names: string][] {
  return listIn(text).map(entry => {
    const [field = '', names = ''] = entry.split('=', 2)
    return [field.trim(), names.trim()]
  })
}
