import { type EndedSessions, endedSessionsInMemory } from './ended-sessions.ts'

type Paths = { signIn: string; callback: string; signOut: string; backChannelLogout: string }

export type LatchkeyOptions = {
  /** Where Latchkey's OpenID Provider is: its `BASE_URL` and `/oidc`. */
  issuer: string
  clientId: string
  clientSecret: string
  /** Origin at which browsers reach this app. Default: scheme and Host header of the request. */
  baseUrl?: string | undefined
  /** Encrypts the cookies, 32 characters or more. Of a list, the first encrypts and all decrypt. Default: `clientSecret`. */
  secret?: string | string[] | undefined
  /** Default: `openid profile email groups`. */
  scope?: string | undefined
  /** Audience of the bearer tokens to accept. Default: none is accepted. */
  audience?: string | undefined
  /** Default: `/auth/sign-in`, `/auth/callback`, `/auth/sign-out`, `/auth/backchannel-logout`. */
  paths?: Partial<Paths> | undefined
  /** Path to show after sign-out. Default: `/`. */
  afterSignOut?: string | undefined
  /** Seconds until a session is checked at the login server again. Default: 300. */
  recheckAfter?: number | undefined
  /** Seconds after which a session ends in any case. Default: 86400. */
  maxAge?: number | undefined
  /** Default: in the memory of this process. */
  endedSessions?: EndedSessions | undefined
  /** Called when the login server ended a session, for example to close its WebSockets. */
  onBackChannelLogout?: ((ended: { sub: string | undefined; sid: string | undefined }) => unknown) | undefined
  /** Called with errors that are not the visitor's. Default: prints them. */
  onError?: ((error: unknown) => void) | undefined
}

const DEFAULT_PATHS: Paths = {
  signIn: '/auth/sign-in',
  callback: '/auth/callback',
  signOut: '/auth/sign-out',
  backChannelLogout: '/auth/backchannel-logout',
}

const LEAST_SECRET = 32

export type Settings = ReturnType<typeof settingsOf>

/** @throws TypeError that names the wrong option, never a secret */
export function settingsOf(options: LatchkeyOptions) {
  const { clientId, clientSecret, baseUrl, audience, recheckAfter = 300, maxAge = 86_400 } = options
  demand(typeof clientId === 'string' && clientId !== '', 'clientId is missing')
  demand(typeof clientSecret === 'string' && clientSecret !== '', 'clientSecret is missing')
  demand(recheckAfter > 0 && maxAge > 0, 'recheckAfter and maxAge must be positive numbers of seconds')
  demand(audience !== '', 'audience must not be empty')
  const paths = { ...DEFAULT_PATHS, ...options.paths }
  for (const path of [...Object.values(paths), options.afterSignOut ?? '/'])
    demand(/^\/(?![/\\])[\w\-./~]*$/.test(path), `"${path}" is not a path`)
  return {
    issuer: issuerOf(options.issuer),
    clientId,
    clientSecret,
    secrets: secretsOf(options.secret ?? clientSecret),
    origin: baseUrl === undefined ? undefined : originOf(baseUrl),
    scope: options.scope ?? 'openid profile email groups',
    audience,
    paths,
    afterSignOut: options.afterSignOut ?? '/',
    recheckAfter,
    maxAge,
    endedSessions: options.endedSessions ?? endedSessionsInMemory(),
    onBackChannelLogout: options.onBackChannelLogout,
    onError: options.onError ?? printError,
  }
}

function issuerOf(issuer: unknown): URL {
  demand(typeof issuer === 'string' && URL.canParse(issuer), 'issuer is not a URL')
  const url = new URL(String(issuer))
  demand(url.protocol === 'https:' || isThisMachine(url), 'issuer must be https, or http on this machine')
  return url
}

function isThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}

function originOf(baseUrl: string): string {
  const message = 'baseUrl must be an origin such as https://app.example.com'
  demand(URL.canParse(baseUrl), message)
  const { protocol, origin, href } = new URL(baseUrl)
  demand(/^https?:$/.test(protocol) && href === `${origin}/`, message)
  return origin
}

function secretsOf(secret: string | string[]): string[] {
  const secrets = [secret].flat()
  const areLong = secrets.length > 0 && secrets.every(each => typeof each === 'string' && each.length >= LEAST_SECRET)
  demand(areLong, `secret (by default clientSecret) needs ${LEAST_SECRET} characters or more`)
  return secrets
}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new TypeError(`latchkey: ${message}`)
}

function printError(error: unknown) {
  // biome-ignore lint/suspicious/noConsole: an app without onError would learn nothing of a wrong secret
  console.error('latchkey:', error instanceof Error ? error.message : error)
}
