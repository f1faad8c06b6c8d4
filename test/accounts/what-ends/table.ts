/** What happens to a thing at an event; `review` is a factor that stays for the second step and for the owner's decision. */
type Fate = 'ends' | 'stays' | 'review'

export const EVENTS = [
  'reset',
  '"not me"',
  'undo of a changed address',
  'change of password',
  'change of address',
  'factor removed',
  'disable',
  'enable',
  'delete',
  'verify in a strange browser',
  'invitation accepted',
  "administrator's reset",
  'role lost',
] as const

export type Event = (typeof EVENTS)[number]

/** One letter for each event, in the order of EVENTS: ends, stays, review. */
const FATES: Record<string, string> = {
  session: 'EEEEESEEEESES',
  'remembered session': 'EEEEESEEEESES',
  're-authentication of another session': 'EEEEESEEEESES',
  'personal token': 'EEEEESEEEESES',
  'access token': 'EEEEESEEEESES',
  'sign-in that waits for a second factor': 'EEEEESEEEESES',
  'known device': 'EEESSSSSEESES',
  'device trusted for the second factor': 'EEEEEEEEEESES',
  'app and passkeys of the owner': 'RRRSSSSSEESRS',
  'recovery codes of the owner': 'RRRSSSSSEESRS',
  'factor added on an unknown device': 'EEESSSSSEESES',
  'link: reset': 'EEEEESEEEESES',
  'link: confirm a new address': 'EEEEESEEEESES',
  'link: undo a changed address': 'SSESSSEEESSSS',
  'link: "not me"': 'EEESSSEEEESES',
  'link: verify the address': 'EEEEESEEEESES',
  'link: invitation sent': 'EEESSSEEEEEEE',
  'mail in the queue': 'SSSSSSSSSSSSS',
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
  OneTimeLinks: 'link: reset',
  AuditEvents: 'none',
  AuditHeads: 'none',
  AuditAnchors: 'none',
  Mails: 'mail in the queue',
  ApiTokens: 'personal token',
  SigningKeys: 'none',
  Devices: 'known device',
  AuthenticatorFailures: 'none',
  TotpSecrets: 'app and passkeys of the owner',
  RecoveryCodes: 'recovery codes of the owner',
  Passkeys: 'app and passkeys of the owner',
  /** Dies with the session or the browser that asked, in five minutes at most. */
  Challenges: 'session',
  Invalidations: 'none',
  Migrations: 'none',
  RateLimits: 'none',
  UserSearchKeys: 'none',
  EventCounts: 'none',
  ServerNodes: 'none',
}

/** Files that set a cookie, and what it stands for. */
export const COOKIES: Record<string, string> = {
  'src/sessions/cookie.ts': 'session',
  'src/devices/devices.ts': 'known device',
  /** Dies with the challenge. */
  'src/factors/browser-mark.ts': 'none',
  /** Opens nothing without the link of the mail. */
  'src/devices/registered-here.ts': 'link: verify the address',
}

/** What each purpose of a link is called above. */
export const LINKS: Record<string, string> = {
  /** Belongs to no account; the first administrator ends it. */
  setup: 'none',
  invitation: 'link: invitation sent',
  'verify-email': 'link: verify the address',
  'reset-password': 'link: reset',
  'confirm-new-email': 'link: confirm a new address',
  'undo-email-change': 'link: undo a changed address',
  'not-me': 'link: "not me"',
}
