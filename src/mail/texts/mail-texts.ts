import type { Language } from '../../languages.ts'

/** `lead` follows the greeting. */
type News = { subject: string; lead: string }
/** `action` is the label of the link. */
type Request = News & { action: string; closing: string[] }

/** What was entered: a password, or a code of a second factor. */
export type Entered = 'password' | 'code'

/** All words of all emails in one language, as plain text. A missing one does not compile. */
export type MailTexts = {
  language: Language
  /** For dates and durations, such as `en-GB`. */
  locale: string
  /** `name` is empty if it is left out. */
  greeting: (name: string) => string
  quoted: (text: string) => string
  device: (browser: string, system: string) => string
  unknownDevice: string
  unknownAddress: string
  factors: {
    totp: string
    passkey: string
    'recovery-codes': string
    all: string
  }
  identity: (provider: string, account: string) => string

  /** The line above a link in plain text. */
  aboveLink: (action: string) => string
  copyLink: (link: string) => string
  reason: (site: string) => string
  help: string

  /** `lasting` is a duration such as `30 minutes`. */
  verifyEmail: (site: string) => Request
  alreadyRegistered: (site: string) => Request
  invitation: (site: string, lasting: string) => Request
  resetPassword: (site: string, lasting: string) => Request
  confirmNewEmail: (site: string) => Request
  /** Between `lead` and `orOpen` stands the code. */
  signIn: (site: string, device: string, lasting: string) => Request & { orOpen: string }

  /** `moment` is a date with a time. */
  addressTakenAway: (site: string, moment: string) => News
  accountDeleted: (site: string, moment: string) => News

  /** After `lead` in every notice. */
  notice: { happened: (moment: string) => string; advice: string; action: string }
  passwordChanged: (site: string) => News
  /** Added to `passwordChanged`. */
  stillRequired: (factors: string) => string
  emailChangeRequested: (site: string, email: string) => News
  emailChanged: (site: string, email: string) => News
  factorAdded: (site: string, factor: string) => News
  factorRemoved: (site: string, factors: string) => News
  identityLinked: (site: string, account: string) => News
  identityUnlinked: (site: string, account: string) => News
  recoveryCodesReplaced: (site: string) => News
  recoveryCodeUsed: (site: string, left: number) => News
  newDevice: (site: string, device: string, address: string) => News
  usernameChanged: (site: string, username: string | null) => News
  roleGranted: (site: string, role: string) => News
  /** `token` is its quoted name. */
  tokenCreated: (site: string, token: string, moment: string) => News
  rightAfterFailures: (site: string, failures: number, entered: Entered) => News
  signInStopped: (site: string, entered: Entered) => News
}
