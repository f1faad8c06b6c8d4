export type MailContent = { to: string } & FilledTemplate

/** Times are ISO 8601; links start with BASE_URL. */
export type FilledTemplate =
  | { template: 'verify-email'; data: { name: string; link: string } }
  | { template: 'already-registered'; data: { name: string; link: string } }
  | { template: 'invitation'; data: { link: string; days: number } }
  | { template: 'sign-in'; data: { name: string; link: string; code: string; device: string; minutes: number } }
  | { template: 'reset-password'; data: { name: string; link: string; minutes: number } }
  | { template: 'password-changed'; data: Notice & { asksFor?: string[] } }
  | { template: 'confirm-new-email'; data: { name: string; link: string } }
  | { template: 'email-change-requested'; data: Notice & { newEmail: string } }
  | { template: 'email-changed'; data: Notice & { newEmail: string } }
  | { template: 'address-taken-away'; data: { name: string; at: string; newEmail: string } }
  | { template: 'factor-added'; data: Notice & { factor: string } }
  | { template: 'factor-removed'; data: Notice & { factor: string } }
  | { template: 'identity-linked'; data: Notice & { account: string } }
  | { template: 'identity-unlinked'; data: Notice & { account: string } }
  | { template: 'recovery-codes-replaced'; data: Notice }
  | { template: 'recovery-code-used'; data: Notice & { left: number } }
  | { template: 'new-device'; data: Notice & { device: string; address: string | null } }
  | { template: 'right-after-failures'; data: Notice & { failures: number; by?: 'second factor' } }
  | { template: 'sign-in-stopped'; data: Notice & { by?: 'second factor' } }
  | { template: 'username-changed'; data: Notice & { username: string | null } }
  | { template: 'role-granted'; data: Notice & { role: string } }
  | { template: 'token-created'; data: Notice & { token: string; expires: string } }
  | { template: 'account-deleted'; data: { name: string; at: string } }

/** `notMeLink` works without signing in. */
type Notice = { name: string; at: string; notMeLink: string }

export type MailTemplate = MailContent['template']
