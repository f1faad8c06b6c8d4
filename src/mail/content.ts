import type { Language } from '../languages.ts'

/** Mails that the release before queued have no language. */
export type MailContent = { to: string; language: Language | null } & FilledTemplate

/** Times are ISO 8601; links start with BASE_URL. */
export type FilledTemplate =
  | { template: 'verify-email'; data: { name: string; link: string } }
  | { template: 'already-registered'; data: { name: string; link: string } }
  | { template: 'invitation'; data: { link: string; days: number } }
  | { template: 'sign-in'; data: { name: string; link: string; code: string; minutes: number } & DeviceNames }
  | { template: 'reset-password'; data: { name: string; link: string; minutes: number } }
  | { template: 'password-changed'; data: Notice & { asksFor?: string[]; factors?: MailFactor[] } }
  | { template: 'confirm-new-email'; data: { name: string; link: string } }
  | { template: 'email-change-requested'; data: Notice & { newEmail: string } }
  | { template: 'email-changed'; data: Notice & { newEmail: string } }
  | { template: 'address-taken-away'; data: { name: string; at: string; newEmail: string } }
  | { template: 'factor-added'; data: Notice & { factor: string; factors?: MailFactor[] } }
  | { template: 'factor-removed'; data: Notice & { factor: string; factors?: MailFactor[] } }
  | { template: 'identity-linked'; data: Notice & { account: string; identity?: MailIdentity } }
  | { template: 'identity-unlinked'; data: Notice & { account: string; identity?: MailIdentity } }
  | { template: 'recovery-codes-replaced'; data: Notice }
  | { template: 'recovery-code-used'; data: Notice & { left: number } }
  | { template: 'new-device'; data: Notice & { address: string | null } & DeviceNames }
  | { template: 'right-after-failures'; data: Notice & { failures: number; by?: 'second factor' } }
  | { template: 'sign-in-stopped'; data: Notice & { by?: 'second factor' } }
  | { template: 'username-changed'; data: Notice & { username: string | null } }
  | { template: 'role-granted'; data: Notice & { role: string } }
  | { template: 'token-created'; data: Notice & { token: string; expires: string } }
  | { template: 'account-deleted'; data: { name: string; at: string } }

/** `notMeLink` works without signing in. */
type Notice = { name: string; at: string; notMeLink: string }

/** Translated, unlike `factor`, `asksFor`, `account` and `device`: the English words for servers of the release before. */
export type MailFactor =
  | { kind: 'totp' | 'recovery-codes' | 'all' }
  | { kind: 'passkey'; name?: string }
  | ({ kind: 'identity' } & MailIdentity)

/** `provider` is its label. */
type MailIdentity = { provider: string; name: string }

type DeviceNames = { device: string; browser?: string; system?: string }

export type MailTemplate = MailContent['template']
