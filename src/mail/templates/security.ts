import { greeting, moment } from '../letter.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

export const passwordChanged: Template<'password-changed'> = (data, siteName) =>
  notice(
    `Your password for ${siteName} was changed`,
    [
      `The password of your account at ${siteName} was changed.`,
      ...(data.asksFor
        ? [`You will still be asked for: ${data.asksFor.join(', ')}. The link below removes what was not added by you.`]
        : []),
    ].join(' '),
    data,
  )

export const emailChangeRequested: Template<'email-change-requested'> = (data, siteName) =>
  notice(
    `A new e-mail address was asked for at ${siteName}`,
    `Your account at ${siteName} is to get a new e-mail address: ${data.newEmail}.`,
    data,
  )

export const emailChanged: Template<'email-changed'> = (data, siteName) =>
  notice(
    `Your e-mail address at ${siteName} was changed`,
    `The e-mail address of your account at ${siteName} is now ${data.newEmail}.`,
    data,
  )

/** To the address that no longer is the account's: it gets no link. */
export const addressTakenAway: Template<'address-taken-away'> = ({ name, at }, siteName) => ({
  subject: `This address no longer belongs to an account at ${siteName}`,
  paragraphs: [
    greeting(name),
    `a change of the e-mail address of your account at ${siteName} was undone on ${moment(at)}. The account has its earlier address again.`,
  ],
})

export const factorAdded: Template<'factor-added'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was added`,
    `To your account at ${siteName} this was added: ${data.factor}.`,
    data,
  )

export const factorRemoved: Template<'factor-removed'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was removed`,
    `From your account at ${siteName} this was removed: ${data.factor}.`,
    data,
  )

export const recoveryCodesReplaced: Template<'recovery-codes-replaced'> = (data, siteName) =>
  notice(
    `New recovery codes for ${siteName}`,
    `Your account at ${siteName} has new recovery codes. The earlier ones no longer work.`,
    data,
  )

export const recoveryCodeUsed: Template<'recovery-code-used'> = (data, siteName) =>
  notice(
    `A recovery code was used at ${siteName}`,
    `Somebody signed in to your account at ${siteName} with a recovery code. Codes left: ${data.left}.`,
    data,
  )

export const newDevice: Template<'new-device'> = (data, siteName) =>
  notice(
    `New sign-in to ${siteName}`,
    `Your account at ${siteName} was signed in to from a new device: ${data.device}, address ${data.address ?? 'unknown'}.`,
    data,
  )

export const usernameChanged: Template<'username-changed'> = (data, siteName) =>
  notice(
    `Your username at ${siteName} was changed`,
    data.username === null
      ? `The username of your account at ${siteName} was removed. You can sign in with your email address.`
      : `The username of your account at ${siteName} is now ${data.username}.`,
    data,
  )

export const roleGranted: Template<'role-granted'> = (data, siteName) =>
  notice(`You have a new role at ${siteName}`, `Your account at ${siteName} was given the role ${data.role}.`, data)

export const tokenCreated: Template<'token-created'> = (data, siteName) =>
  notice(
    `A personal access token was created at ${siteName}`,
    `A personal access token named "${data.token}" was created for your account at ${siteName}. It expires on ${moment(data.expires)}.`,
    data,
  )

export const rightAfterFailures: Template<'right-after-failures'> = (data, siteName) =>
  notice(
    `Failed attempts on your ${siteName} account`,
    `The right ${data.by ? 'code' : 'password'} for your account at ${siteName} was entered after ${data.failures} wrong ones in a row.`,
    data,
  )

export const signInStopped: Template<'sign-in-stopped'> = (data, siteName) =>
  notice(
    `A sign-in to ${siteName} was stopped`,
    data.by === 'second factor'
      ? `Somebody knew your password for ${siteName}, but entered too many wrong codes. Codes no longer work until you reset your password.`
      : `Somebody entered too many wrong passwords for your account at ${siteName}. Your password no longer works on new devices until you reset it.`,
    data,
  )
