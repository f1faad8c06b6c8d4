import { UNKNOWN_DEVICE } from '../sessions/list.ts'
import type { MailContent, MailTemplate } from './content.ts'
import { factorsIn } from './factor-names.ts'
import { harmlessName, type Letter, lasting, moment, plain } from './letter.ts'
import type { Entered, MailTexts } from './texts/mail-texts.ts'

type DataOf<Name extends MailTemplate> = Extract<MailContent, { template: Name }>['data']
type Template<Name extends MailTemplate> = (data: DataOf<Name>, texts: MailTexts, site: string) => Letter

/** A missing template does not compile. */
const TEMPLATES: { [Name in MailTemplate]: Template<Name> } = {
  'verify-email': (data, texts, site) => request(data, texts, texts.verifyEmail(site)),
  'already-registered': (data, texts, site) => request(data, texts, texts.alreadyRegistered(site)),
  invitation: ({ link, days }, texts, site) =>
    request({ name: '', link }, texts, texts.invitation(site, lasting(texts.locale, days, 'day'))),
  'sign-in': signIn,
  'reset-password': (data, texts, site) =>
    request(data, texts, texts.resetPassword(site, lasting(texts.locale, data.minutes, 'minute'))),
  'password-changed': passwordChanged,
  'confirm-new-email': (data, texts, site) => request(data, texts, texts.confirmNewEmail(site)),
  'email-change-requested': (data, texts, site) => notice(data, texts, texts.emailChangeRequested(site, data.newEmail)),
  'email-changed': (data, texts, site) => notice(data, texts, texts.emailChanged(site, data.newEmail)),
  // Goes to the old address and so has no link.
  'address-taken-away': (data, texts, site) =>
    news(data, texts, texts.addressTakenAway(site, moment(texts.locale, data.at))),
  'factor-added': (data, texts, site) =>
    notice(data, texts, texts.factorAdded(site, factorsIn(texts, data.factors) ?? data.factor)),
  'factor-removed': (data, texts, site) =>
    notice(data, texts, texts.factorRemoved(site, factorsIn(texts, data.factors) ?? data.factor)),
  'identity-linked': (data, texts, site) => notice(data, texts, texts.identityLinked(site, accountIn(texts, data))),
  'identity-unlinked': (data, texts, site) => notice(data, texts, texts.identityUnlinked(site, accountIn(texts, data))),
  'recovery-codes-replaced': (data, texts, site) => notice(data, texts, texts.recoveryCodesReplaced(site)),
  'recovery-code-used': (data, texts, site) => notice(data, texts, texts.recoveryCodeUsed(site, data.left)),
  'new-device': (data, texts, site) =>
    notice(data, texts, texts.newDevice(site, deviceIn(texts, data), data.address ?? texts.unknownAddress)),
  'right-after-failures': (data, texts, site) =>
    notice(data, texts, texts.rightAfterFailures(site, data.failures, enteredBy(data))),
  'sign-in-stopped': (data, texts, site) => notice(data, texts, texts.signInStopped(site, enteredBy(data))),
  'username-changed': (data, texts, site) => notice(data, texts, texts.usernameChanged(site, data.username)),
  'role-granted': (data, texts, site) => notice(data, texts, texts.roleGranted(site, data.role)),
  'token-created': (data, texts, site) =>
    notice(
      data,
      texts,
      texts.tokenCreated(site, texts.quoted(harmlessName(data.token) || '…'), moment(texts.locale, data.expires)),
    ),
  'account-deleted': (data, texts, site) =>
    news(data, texts, texts.accountDeleted(site, moment(texts.locale, data.at))),
}

export function letterOf({ template, data }: MailContent, texts: MailTexts, site: string): Letter {
  return (TEMPLATES[template] as (data: unknown, texts: MailTexts, site: string) => Letter)(data, texts, site)
}

function news(
  { name }: { name: string },
  texts: MailTexts,
  { subject, lead }: { subject: string; lead: string },
): Letter {
  return { subject, paragraphs: [texts.greeting(harmlessName(name)), lead] }
}

function request(
  { name, link }: { name: string; link: string },
  texts: MailTexts,
  { action, closing, ...words }: ReturnType<MailTexts['verifyEmail']>,
): Letter {
  return { ...news({ name }, texts, words), action: { label: action, link }, closing }
}

/** Tells the user about a change and what to do if it was not them (ASVS 6.3.7). */
function notice(
  { name, at, notMeLink }: { name: string; at: string; notMeLink: string },
  texts: MailTexts,
  { subject, lead }: { subject: string; lead: string },
): Letter {
  const { happened, advice, action } = texts.notice
  return {
    subject,
    paragraphs: [texts.greeting(harmlessName(name)), `${plain(lead)} ${happened(moment(texts.locale, at))}`, advice],
    action: { label: action, link: notMeLink },
  }
}

function signIn(data: DataOf<'sign-in'>, texts: MailTexts, site: string): Letter {
  const { orOpen, ...words } = texts.signIn(site, deviceIn(texts, data), lasting(texts.locale, data.minutes, 'minute'))
  const letter = request(data, texts, words)
  const { code } = data
  return { ...letter, paragraphs: [...letter.paragraphs, `${code.slice(0, 4)} ${code.slice(4)}`, orOpen] }
}

function passwordChanged(data: DataOf<'password-changed'>, texts: MailTexts, site: string): Letter {
  const { subject, lead } = texts.passwordChanged(site)
  const factors = factorsIn(texts, data.factors) ?? data.asksFor?.join(', ')
  return notice(data, texts, { subject, lead: factors ? `${lead} ${texts.stillRequired(factors)}` : lead })
}

function accountIn(texts: MailTexts, { account, identity }: DataOf<'identity-linked'>): string {
  return identity ? texts.identity(identity.provider, identity.name) : account
}

function deviceIn(
  texts: MailTexts,
  { device, browser, system }: Pick<DataOf<'sign-in'>, 'device' | 'browser' | 'system'>,
) {
  if (browser && system) return texts.device(browser, system)
  const shown = device === UNKNOWN_DEVICE ? '' : harmlessName(device)
  return shown || texts.unknownDevice
}

function enteredBy({ by }: { by?: 'second factor' }): Entered {
  return by === 'second factor' ? 'code' : 'password'
}
