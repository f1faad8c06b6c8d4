import { greeting, moment, plain } from '../letter.ts'
import type { Template } from './template.ts'

const IGNORE = 'If you did not request this, you can ignore this email.'

export const verifyEmail: Template<'verify-email'> = ({ name, link }, siteName) => ({
  subject: `Confirm your email address for ${siteName}`,
  paragraphs: [
    greeting(name),
    `Someone created an account at ${siteName} with this email address. If this was you, confirm the address.`,
  ],
  action: { label: 'Confirm address', link },
  closing: ["If this wasn't you, you can ignore this email."],
})

export const alreadyRegistered: Template<'already-registered'> = ({ name, link }, siteName) => ({
  subject: `You already have an account at ${siteName}`,
  paragraphs: [
    greeting(name),
    `Someone tried to create an account at ${siteName} with this email address, but you already have one. If this was you, sign in. If you forgot your password, reset it on the sign-in page.`,
  ],
  action: { label: 'Sign in', link },
  closing: ["If this wasn't you, you can ignore this email. Nothing has changed."],
})

export const invitation: Template<'invitation'> = ({ link, days }, siteName) => ({
  subject: `Your invitation to ${siteName}`,
  paragraphs: ['Hello,', `You are invited to create an account at ${siteName}.`],
  action: { label: 'Create account', link },
  closing: [`The link works once, for ${days === 1 ? 'one day' : `${days} days`}.`],
})

export const resetPassword: Template<'reset-password'> = ({ name, link, minutes }, siteName) => ({
  subject: `Reset your password for ${siteName}`,
  paragraphs: [
    greeting(name),
    `We received a request to reset your password at ${siteName}. Open this link to choose a new one.`,
  ],
  action: { label: 'Choose a new password', link },
  closing: [`The link works once, for ${minutes} minutes. ${IGNORE} Your password has not changed.`],
})

export const signIn: Template<'sign-in'> = ({ name, link, code, device, minutes }, siteName) => ({
  subject: `Sign in to ${siteName}`,
  paragraphs: [
    greeting(name),
    `Someone asked to sign in to ${siteName} with this email address, in this browser: ${plain(device)}. If this was you, enter this code there:`,
    `${code.slice(0, 4)} ${code.slice(4)}`,
    'Or open this link in the same browser.',
  ],
  action: { label: 'Sign in', link },
  closing: [
    `The code and the link work once, for ${minutes} minutes. Do not share the code, and enter it only at ${siteName}.`,
    "If this wasn't you, you can ignore this email. Nobody was signed in.",
  ],
})

export const confirmNewEmail: Template<'confirm-new-email'> = ({ name, link }, siteName) => ({
  subject: `Confirm your new email address for ${siteName}`,
  paragraphs: [greeting(name), `Confirm that this is the new email address of your account at ${siteName}.`],
  action: { label: 'Confirm new address', link },
  closing: [IGNORE],
})

export const accountDeleted: Template<'account-deleted'> = ({ name, at }, siteName) => ({
  subject: `Your account at ${siteName} was deleted`,
  paragraphs: [greeting(name), `Your account at ${siteName} and all its data were deleted on ${moment(at)}.`],
})
