import { greeting, moment } from '../letter.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

export const passwordChanged: Template<'password-changed'> = (data, siteName) =>
  notice(
    `Your password for ${siteName} was changed`,
    [
      `The password of your account at ${siteName} was changed.`,
      ...(data.asksFor
        ? [
            `Signing in still requires: ${data.asksFor.join(', ')}. If you did not add one of these, use the link below to remove it.`,
          ]
        : []),
    ].join(' '),
    data,
  )

export const emailChangeRequested: Template<'email-change-requested'> = (data, siteName) =>
  notice(
    `Someone asked to change your email address at ${siteName}`,
    `Someone asked to change the email address of your account at ${siteName} to ${data.newEmail}.`,
    data,
  )

export const emailChanged: Template<'email-changed'> = (data, siteName) =>
  notice(
    `Your email address at ${siteName} was changed`,
    `The email address of your account at ${siteName} is now ${data.newEmail}.`,
    data,
  )

/** Goes to the old address and so has no link. */
export const addressTakenAway: Template<'address-taken-away'> = ({ name, at }, siteName) => ({
  subject: `This address no longer belongs to an account at ${siteName}`,
  paragraphs: [
    greeting(name),
    `The change of email address of your account at ${siteName} was undone on ${moment(at)}. The account uses its previous address again.`,
  ],
})

export const factorAdded: Template<'factor-added'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was added`,
    `This way to sign in was added to your account at ${siteName}: ${data.factor}.`,
    data,
  )

export const factorRemoved: Template<'factor-removed'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was removed`,
    `The following was removed from your account at ${siteName}: ${data.factor}.`,
    data,
  )

export const identityLinked: Template<'identity-linked'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was added`,
    `Your account at ${siteName} can now be signed in to with this account: ${data.account}.`,
    data,
  )

export const identityUnlinked: Template<'identity-unlinked'> = (data, siteName) =>
  notice(
    `A way to sign in to ${siteName} was removed`,
    `This account can no longer be used to sign in to your account at ${siteName}: ${data.account}.`,
    data,
  )

export const recoveryCodesReplaced: Template<'recovery-codes-replaced'> = (data, siteName) =>
  notice(
    `New recovery codes for ${siteName}`,
    `Your account at ${siteName} has new recovery codes. The previous ones no longer work.`,
    data,
  )

export const recoveryCodeUsed: Template<'recovery-code-used'> = (data, siteName) =>
  notice(
    `A recovery code was used at ${siteName}`,
    `Someone used a recovery code of your account at ${siteName}. Codes left: ${data.left}.`,
    data,
  )

export const newDevice: Template<'new-device'> = (data, siteName) =>
  notice(
    `New sign-in to ${siteName}`,
    `Someone signed in to your account at ${siteName} on a new device: ${data.device}, IP address ${data.address ?? 'unknown'}.`,
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
    `Someone entered the correct ${data.by ? 'code' : 'password'} for your account at ${siteName} after ${data.failures} wrong ones in a row.`,
    data,
  )

export const signInStopped: Template<'sign-in-stopped'> = (data, siteName) =>
  notice(
    `A sign-in to ${siteName} was stopped`,
    data.by === 'second factor'
      ? `Someone who has your password, or a browser where you are signed in, entered too many wrong codes for your account at ${siteName}. Codes no longer work: ask an administrator of ${siteName} to unlock your account, and change your password.`
      : `Someone entered too many wrong passwords for your account at ${siteName}. Your password no longer works on new devices until you reset it.`,
    data,
  )
