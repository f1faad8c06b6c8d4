import type { MailContent, MailTemplate } from '../../src/mail/content.ts'

const TO = 'ada@example.org'
export const NAME = 'Ada Lovelace'
const AT = '2026-11-22T01:30:00.000Z'
const newEmail = 'new@example.org'

type DataOf<Name extends MailTemplate> = Extract<MailContent, { template: Name }>['data']

/** Each template with the data that changes its words. @param link of those that have one */
export function everyMail(link: string): MailContent[] {
  const account = { name: NAME, link }
  const notice = { name: NAME, at: AT, notMeLink: link }
  const device = { device: 'Firefox on Linux', browser: 'Firefox', system: 'Linux' }
  const identity = { account: 'Google account ada@gmail.com', identity: { provider: 'Google', name: 'ada@gmail.com' } }
  const factors = [
    { kind: 'totp' as const },
    { kind: 'passkey' as const, name: 'Zeta' },
    { kind: 'recovery-codes' as const },
    { kind: 'identity' as const, provider: 'google', name: 'ada@gmail.com' },
  ]
  const data: { [Name in MailTemplate]: DataOf<Name>[] } = {
    'verify-email': [account],
    'already-registered': [account],
    invitation: [{ link, days: 7 }],
    'sign-in': [{ ...account, ...device, code: '12345678', minutes: 10 }],
    'reset-password': [{ ...account, minutes: 30 }],
    'password-changed': [notice, { ...notice, asksFor: ['authenticator app'], factors }],
    'confirm-new-email': [account],
    'email-change-requested': [{ ...notice, newEmail }],
    'email-changed': [{ ...notice, newEmail }],
    'address-taken-away': [{ name: NAME, at: AT, newEmail }],
    'factor-added': [{ ...notice, factor: 'passkey', factors: [{ kind: 'passkey' }] }],
    'factor-removed': [
      { ...notice, factor: 'authenticator app', factors },
      { ...notice, factor: 'every second factor', factors: [{ kind: 'all' }] },
    ],
    'identity-linked': [{ ...notice, ...identity }],
    'identity-unlinked': [{ ...notice, ...identity }],
    'recovery-codes-replaced': [notice],
    'recovery-code-used': [{ ...notice, left: 9 }],
    'new-device': [
      { ...notice, ...device, address: '203.0.113.7' },
      { ...notice, device: 'Unknown device', address: null },
    ],
    'right-after-failures': [
      { ...notice, failures: 5 },
      { ...notice, failures: 5, by: 'second factor' },
    ],
    'sign-in-stopped': [notice, { ...notice, by: 'second factor' }],
    'username-changed': [
      { ...notice, username: 'ada' },
      { ...notice, username: null },
    ],
    'role-granted': [{ ...notice, role: 'Zeta' }],
    'token-created': [{ ...notice, token: 'Zeta', expires: AT }],
    'account-deleted': [{ name: NAME, at: AT }],
  }
  return Object.entries(data).flatMap(([template, each]) =>
    each.map(one => ({ to: TO, language: null, template, data: one }) as MailContent),
  )
}
