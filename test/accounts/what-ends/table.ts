/** What happens to a thing at an event; `review` is a factor that stays for the second step and for the owner's decision. */
type Fate = 'ends' | 'stays' | 'review'

export const EVENTS = [
  'password reset',
  "this wasn't me",
  'email change undone',
  'password changed',
  'email changed',
  'factor removed',
  'disabled',
  'enabled',
  'deleted',
  'verified in an unknown browser',
  'invitation accepted',
  'password set by an operator',
  'role revoked',
  'all sessions ended',
] as const

export type Event = (typeof EVENTS)[number]

/** One letter for each event, in the order of EVENTS: ends, stays, review. */
const FATES: Record<string, string> = {
  session: 'EEEEESEEEESESE',
  'remembered session': 'EEEEESEEEESESE',
  'fresh proof in another session': 'EEEEESEEEESESE',
  'personal access token': 'EEEEESEEEESESS',
  'access token': 'EEEEESEEEESESE',
  'pending sign-in': 'EEEEESEEEESESE',
  'known device': 'EEESSSSSEESESS',
  'trusted device': 'EEEEEEEEEESESS',
  "owner's app and passkeys": 'RRRSSSSSEESRSS',
  "owner's recovery codes": 'RRRSSSSSEESRSS',
  'factor added on an unknown device': 'EEESSSSSEESESS',
  "owner's linked identity": 'RRRSSSSSEESRSS',
  'identity linked on an unknown device': 'EEESSSSSEESESS',
  'consent to an application': 'EEESSSSSEESESS',
  'link: reset password': 'EEEEESEEEESESS',
  'email to sign in with': 'EEEEESEEEESESS',
  'link: confirm new address': 'EEEEESEEEESESS',
  'link: undo email change': 'SSESSSEEESSSSS',
  "link: this wasn't me": 'EEESSSEEEESESS',
  'link: verify address': 'EEEEESEEEESESS',
  'link: invitation sent': 'EEESSSEEEEEEES',
  'queued mail': 'SSSSSSSSSSSSSS',
}

const LETTERS: Record<string, Fate> = { E: 'ends', S: 'stays', R: 'review' }

export type Thing = keyof typeof FATES
export const THINGS = Object.keys(FATES)

export function fateOf(thing: Thing, event: Event): Fate {
  const fate = LETTERS[FATES[thing]?.[EVENTS.indexOf(event)] ?? '']
  if (!fate) throw new Error(`the table does not say what ${event} does to: ${thing}`)
  return fate
}

/** The lines of the table in docs/security.md. */
export function documented(): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['', ...EVENTS]),
    row(['---', ...EVENTS.map(() => '---')]),
    ...THINGS.map(thing => row([thing, ...EVENTS.map(event => fateOf(thing, event))])),
  ]
}

/** Which thing a table of the database stands for; `none` holds nothing that lets anybody in. */
export const TABLES: Record<string, string> = {
  Users: 'none',
  Roles: 'none',
  UserRoles: 'none',
  Sessions: 'session',
  OneTimeLinks: 'link: reset password',
  AuditEvents: 'none',
  AuditHeads: 'none',
  AuditAnchors: 'none',
  Mails: 'queued mail',
  ApiTokens: 'personal access token',
  SigningKeys: 'none',
  Devices: 'known device',
  AuthenticatorFailures: 'none',
  TotpSecrets: "owner's app and passkeys",
  RecoveryCodes: "owner's recovery codes",
  Passkeys: "owner's app and passkeys",
  /** Dies with the session or the browser that asked, in five minutes at most. */
  Challenges: 'session',
  Identities: "owner's linked identity",
  /** Counts in the browser that asked, for ten minutes; to link or to prove, also in its session only. */
  ProviderRequests: 'session',
  /** Is linked only in a session with a fresh proof. */
  PendingIdentities: 'session',
  ProviderSessions: 'session',
  /** Counts in the browser that asked, for 30 seconds, and only while the session lives. */
  ApplicationCodes: 'session',
  EmailSignIns: 'email to sign in with',
  Invalidations: 'none',
  Migrations: 'none',
  RateLimits: 'none',
  UserSearchKeys: 'none',
  EventCounts: 'none',
  EventHours: 'none',
  ServerNodes: 'none',
  /** Belong to the server, not to the account that made them. */
  Clients: 'none',
  ClientSecrets: 'none',
  /** Each code, token and grant works only with its session. */
  OidcArtifacts: 'session',
  Consents: 'consent to an application',
  /** Lets nobody in: it only ends sessions of applications. */
  LogoutNotices: 'none',
}

/** Where a cookie is set, by the expression that names it, and what it stands for. */
export const COOKIES: Record<string, string> = {
  'src/sessions/cookie.ts: cookie.name': 'session',
  'src/http/browser-cookies.ts: hostCookieName(DEVICE, req)': 'known device',
  /** Dies with the challenge. */
  'src/http/browser-cookies.ts: hostCookieName(CHALLENGE, req)': 'none',
  /** Opens nothing without the link or code of the email. */
  'src/http/browser-cookies.ts: hostCookieName(EMAIL_SIGN_IN, req)': 'email to sign in with',
  /** Opens nothing without the answer of the provider. */
  'src/http/browser-cookies.ts: hostCookieName(PROVIDER, req)': 'session',
  /** Counts only while the session lives. */
  'src/http/application-cookies.ts: hostCookieName(APPLICATION, on)': 'session',
  /** Opens nothing without a code of the session. */
  'src/http/application-cookies.ts: hostCookieName(MARK, on)': 'session',
  /** Opens nothing without the link of the mail. */
  'src/http/browser-cookies.ts: hostCookieName(REGISTRATION, req)': 'link: verify address',
}

/** What each purpose of a link is called above. */
export const LINKS: Record<string, string> = {
  /** Belongs to no account; the first administrator ends it. */
  setup: 'none',
  invitation: 'link: invitation sent',
  'verify-email': 'link: verify address',
  'reset-password': 'link: reset password',
  'confirm-new-email': 'link: confirm new address',
  'undo-email-change': 'link: undo email change',
  'not-me': "link: this wasn't me",
}
