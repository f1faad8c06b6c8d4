import { z } from 'zod'

/** Visible ASCII without `#`, `*`, quotes, angle brackets, backslash, braces and the like: what needs no guess to compare. */
const PLAIN = /^[!$%&'()+,\-./0-9:;=?@A-Z[\]_a-z~]+$/
const WEB = /^https?:\/\/[^/]/
const PRIVATE_USE = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]']

/** Exact, so neither a pattern nor a fragment (RFC 6749, 3.1.2; RFC 9700, 4.1.3). */
export const RedirectUriSchema = uriSchema(
  'redirect_uri',
  uri => isSecureWeb(uri) || PRIVATE_USE.test(uri),
  'Enter an exact https URL, an http URL of this computer, or for a native application a scheme like org.example.app:.',
).meta({ description: 'Compared character by character.', example: 'https://wiki.example.org/callback' })

/** Receives logout tokens from this server. */
export const BackchannelUriSchema = uriSchema(
  'https_uri',
  isSecureWeb,
  'Enter an https URL, or an http URL of this computer.',
).meta({ example: 'https://wiki.example.org/backchannel-logout' })

export const WebUriSchema = uriSchema('web_uri', uri => WEB.test(uri), 'Enter an https or http URL.').meta({
  example: 'https://wiki.example.org/',
})

/** An absolute URI without a fragment (RFC 8707, section 2). */
export const ResourceUriSchema = uriSchema(
  'resource_uri',
  uri => !/^https?:/.test(uri) || WEB.test(uri),
  'Enter an absolute URI without a fragment, such as https://api.example.org.',
).meta({ example: 'https://api.example.org' })

/** A scheme that an app claims for itself (RFC 8252, 7.1). */
export const isPrivateUse = (uri: string): boolean => !WEB.test(uri)

/** These are answered on any port (RFC 8252, 7.3). */
export const isLoopback = (uri: string): boolean => LOOPBACK_HOSTS.includes(new URL(uri).hostname)

function uriSchema(code: string, isAllowed: (uri: string) => boolean, message: string) {
  return z
    .string()
    .max(2000, 'Use at most 2000 characters.')
    .refine(uri => isPlain(uri) && isAllowed(uri), { message, params: { code } })
}

function isPlain(uri: string) {
  if (!PLAIN.test(uri) || !URL.canParse(uri)) return false
  const { username, password } = new URL(uri)
  return username === '' && password === ''
}

function isSecureWeb(uri: string) {
  if (!WEB.test(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' || LOOPBACK_HOSTS.includes(hostname) || hostname.endsWith('.localhost')
}
