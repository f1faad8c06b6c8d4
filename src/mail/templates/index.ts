import type { MailContent, MailTemplate } from '../content.ts'
import type { Letter } from '../letter.ts'
import {
  accountDeleted,
  alreadyRegistered,
  confirmNewEmail,
  invitation,
  resetPassword,
  signIn,
  verifyEmail,
} from './account.ts'
import {
  addressTakenAway,
  emailChanged,
  emailChangeRequested,
  factorAdded,
  factorRemoved,
  identityLinked,
  identityUnlinked,
  newDevice,
  passwordChanged,
  recoveryCodesReplaced,
  recoveryCodeUsed,
  rightAfterFailures,
  roleGranted,
  signInStopped,
  tokenCreated,
  usernameChanged,
} from './security.ts'
import type { Template } from './template.ts'

/** A missing template does not compile. */
const TEMPLATES: { [Name in MailTemplate]: Template<Name> } = {
  'verify-email': verifyEmail,
  'already-registered': alreadyRegistered,
  invitation,
  'sign-in': signIn,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'confirm-new-email': confirmNewEmail,
  'email-change-requested': emailChangeRequested,
  'email-changed': emailChanged,
  'address-taken-away': addressTakenAway,
  'factor-added': factorAdded,
  'factor-removed': factorRemoved,
  'identity-linked': identityLinked,
  'identity-unlinked': identityUnlinked,
  'recovery-codes-replaced': recoveryCodesReplaced,
  'recovery-code-used': recoveryCodeUsed,
  'new-device': newDevice,
  'right-after-failures': rightAfterFailures,
  'sign-in-stopped': signInStopped,
  'username-changed': usernameChanged,
  'role-granted': roleGranted,
  'token-created': tokenCreated,
  'account-deleted': accountDeleted,
}

export function letterOf({ template, data }: MailContent, siteName: string): Letter {
  return (TEMPLATES[template] as (data: unknown, siteName: string) => Letter)(data, siteName)
}
