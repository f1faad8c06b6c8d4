import { greeting, moment } from '../letter.ts'
import type { Template } from './template.ts'

const IGNORE = 'If you did not ask for this, do nothing.'

export const verifyEmail: Template<'verify-email'> = ({ name, link }, siteName) => ({
  subject: `Confirm your e-mail address for ${siteName}`,
  paragraphs: [
    greeting(name),
    `an account at ${siteName} was made with this e-mail address. Confirm that it is yours.`,
  ],
  action: { label: 'Confirm the address', link },
  closing: ['If you made no account, do nothing.'],
})

export const alreadyRegistered: Template<'already-registered'> = ({ name, link }, siteName) => ({
  subject: `You already have an account at ${siteName}`,
  paragraphs: [
    greeting(name),
    `someone tried to create an account at ${siteName} with this email address, but you already have one. If it was you, sign in. If you forgot your password, reset it on the sign-in page.`,
  ],
  action: { label: 'Sign in', link },
  closing: ['If it was not you, you can ignore this email. Nothing has changed.'],
})

export const invitation: Template<'invitation'> = ({ link, days }, siteName) => ({
  subject: `You are invited to ${siteName}`,
  paragraphs: ['Hello,', `you are invited to make an account at ${siteName}.`],
  action: { label: 'Make an account', link },
  closing: [`The link works once, for ${days === 1 ? 'one day' : `${days} days`}.`],
})

export const resetPassword: Template<'reset-password'> = ({ name, link, minutes }, siteName) => ({
  subject: `Choose a new password for ${siteName}`,
  paragraphs: [greeting(name), `a new password was asked for at ${siteName}. Open this link to choose one.`],
  action: { label: 'Choose a new password', link },
  closing: [`The link works once, for ${minutes} minutes. ${IGNORE} Your password stays as it is.`],
})

export const confirmNewEmail: Template<'confirm-new-email'> = ({ name, link }, siteName) => ({
  subject: `Confirm your new e-mail address for ${siteName}`,
  paragraphs: [greeting(name), `this is to become the e-mail address of your account at ${siteName}.`],
  action: { label: 'Confirm the new address', link },
  closing: [IGNORE],
})

export const accountDeleted: Template<'account-deleted'> = ({ name, at }, siteName) => ({
  subject: `Your account at ${siteName} was deleted`,
  paragraphs: [greeting(name), `your account at ${siteName} and what belonged to it were deleted on ${moment(at)}.`],
})
