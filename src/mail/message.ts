import type { SendMailOptions } from 'nodemailer'
import type { Env } from '../../configs/env.ts'
import type { MailContent, MailTemplate } from './content.ts'
import { htmlOf, textOf } from './render.ts'
import { letterOf } from './templates/index.ts'

/** A mail as it is handed in. */
export type Message = {
  id: string
  template: MailTemplate
  /** The link that it carries, for the outbox of development. */
  link: string | undefined
  mail: SendMailOptions
}

/** What cannot be one recipient: a line break begins a header, a comma a second address. */
const NOT_ONE_RECIPIENT = /[\p{Cc}\s<>,;:"()[\]\\]/u

/** No mail can be made of what stands in the queue; trying again makes it no better. */
export class CannotCompose extends Error {
  override readonly name = 'CannotCompose'
}

/**
 * Makes the message of a queued mail. Its Message-ID and Date are those of the queue, so that a mail which was taken by the mail
 * server but tried again is recognised as the same.
 * @throws CannotCompose
 */
export function composeMessage(
  env: Pick<Env, 'BASE_URL' | 'SITE_NAME' | 'MAIL_FROM'>,
  { id, createdAt }: { id: string; createdAt: Date },
  content: MailContent,
): Message {
  const { to, template } = content
  if (!to.includes('@') || NOT_ONE_RECIPIENT.test(to)) throw new CannotCompose('this is not one email address')
  const letter = letterOf(content, env.SITE_NAME)
  return {
    id,
    template,
    link: letter.action?.link,
    mail: {
      from: senderOf(env),
      to: { name: '', address: to },
      subject: letter.subject,
      text: textOf(letter, env.SITE_NAME),
      html: htmlOf(letter, env.SITE_NAME),
      date: createdAt,
      messageId: `<${id}@${new URL(env.BASE_URL).hostname}>`,
      // RFC 3834: no holiday notice comes back.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  }
}

/** The name of the site in front, unless MAIL_FROM brings one. */
function senderOf({ MAIL_FROM, SITE_NAME }: Pick<Env, 'MAIL_FROM' | 'SITE_NAME'>) {
  return MAIL_FROM.includes('<') ? MAIL_FROM : { name: SITE_NAME, address: MAIL_FROM }
}
