import type { MailTexts } from './mail-texts.ts'

const ENTERED = { password: 'password', code: 'code' }

export const en: MailTexts = {
  language: 'en',
  locale: 'en-GB',
  greeting: name => (name ? `Hello ${name},` : 'Hello,'),
  quoted: text => `"${text}"`,
  device: (browser, system) => `${browser} on ${system}`,
  unknownDevice: 'an unknown device',
  unknownAddress: 'unknown',
  factors: {
    totp: 'authenticator app',
    passkey: 'passkey',
    'recovery-codes': 'recovery codes',
    all: 'every second factor',
  },
  identity: (provider, account) => `${provider} account ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Or copy this address: ${link}`,
  reason: site => `You got this email because of an account at ${site}.`,
  help: 'Help',

  verifyEmail: site => ({
    subject: `Confirm your email address for ${site}`,
    lead: `Someone created an account at ${site} with this email address. If this was you, confirm the address.`,
    action: 'Confirm address',
    closing: ["If this wasn't you, you can ignore this email."],
  }),
  alreadyRegistered: site => ({
    subject: `You already have an account at ${site}`,
    lead: `Someone tried to create an account at ${site} with this email address, but you already have one. If this was you, sign in. If you forgot your password, reset it on the sign-in page.`,
    action: 'Sign in',
    closing: ["If this wasn't you, you can ignore this email. Nothing has changed."],
  }),
  invitation: (site, lasting) => ({
    subject: `Your invitation to ${site}`,
    lead: `You are invited to create an account at ${site}.`,
    action: 'Create account',
    closing: [`The link works once, for ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Reset your password for ${site}`,
    lead: `We received a request to reset your password at ${site}. Open this link to choose a new one.`,
    action: 'Choose a new password',
    closing: [
      `The link works once, for ${lasting}. If you did not request this, you can ignore this email. Your password has not changed.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Confirm your new email address for ${site}`,
    lead: `Confirm that this is the new email address of your account at ${site}.`,
    action: 'Confirm new address',
    closing: ['If you did not request this, you can ignore this email.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Sign in to ${site}`,
    lead: `Someone asked to sign in to ${site} with this email address, in this browser: ${device}. If this was you, enter this code there:`,
    orOpen: 'Or open this link in the same browser.',
    action: 'Sign in',
    closing: [
      `The code and the link work once, for ${lasting}. Do not share the code, and enter it only at ${site}.`,
      "If this wasn't you, you can ignore this email. Nobody was signed in.",
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `This address no longer belongs to an account at ${site}`,
    lead: `The change of email address of your account at ${site} was undone on ${moment}. The account uses its previous address again.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Your account at ${site} was deleted`,
    lead: `Your account at ${site} and all its data were deleted on ${moment}.`,
  }),

  notice: {
    happened: moment => `This happened on ${moment}.`,
    advice: "If this was you, you can ignore this email. If it wasn't, open this link. You do not need to sign in.",
    action: "This wasn't me",
  },
  passwordChanged: site => ({
    subject: `Your password for ${site} was changed`,
    lead: `The password of your account at ${site} was changed.`,
  }),
  stillRequired: factors =>
    `Signing in still requires: ${factors}. If you did not add one of these, use the link below to remove it.`,
  emailChangeRequested: (site, email) => ({
    subject: `Someone asked to change your email address at ${site}`,
    lead: `Someone asked to change the email address of your account at ${site} to ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Your email address at ${site} was changed`,
    lead: `The email address of your account at ${site} is now ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `A way to sign in to ${site} was added`,
    lead: `This way to sign in was added to your account at ${site}: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `A way to sign in to ${site} was removed`,
    lead: `The following was removed from your account at ${site}: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `A way to sign in to ${site} was added`,
    lead: `Your account at ${site} can now be signed in to with this account: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `A way to sign in to ${site} was removed`,
    lead: `This account can no longer be used to sign in to your account at ${site}: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `New recovery codes for ${site}`,
    lead: `Your account at ${site} has new recovery codes. The previous ones no longer work.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `A recovery code was used at ${site}`,
    lead: `Someone used a recovery code of your account at ${site}. Codes left: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `New sign-in to ${site}`,
    lead: `Someone signed in to your account at ${site} on a new device: ${device}, IP address ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Your username at ${site} was changed`,
    lead:
      username === null
        ? `The username of your account at ${site} was removed. You can sign in with your email address.`
        : `The username of your account at ${site} is now ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `You have a new role at ${site}`,
    lead: `Your account at ${site} was given the role ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `A personal access token was created at ${site}`,
    lead: `A personal access token named ${token} was created for your account at ${site}. It expires on ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Failed attempts on your ${site} account`,
    lead: `Someone entered the correct ${ENTERED[entered]} for your account at ${site} after ${failures} wrong ones in a row.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `A sign-in to ${site} was stopped`,
    lead:
      entered === 'code'
        ? `Someone who has your password, or a browser where you are signed in, entered too many wrong codes for your account at ${site}. Codes no longer work: ask an administrator of ${site} to unlock your account, and change your password.`
        : `Someone entered too many wrong passwords for your account at ${site}. Your password no longer works on new devices until you reset it.`,
  }),
}
