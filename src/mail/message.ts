import type { SendMailOptions } from 'nodemailer'
import type { Env } from '../../configs/env.ts'
import type { MailContent, MailTemplate } from './content.ts'
import { htmlOf, type LookEnv, textOf } from './render.ts'
import { letterOf } from './templates.ts'
import { textsIn } from './texts/index.ts'

export type Message = {
  id: string
  template: MailTemplate
  /** For the outbox in development. */
  link: string | undefined
  mail: SendMailOptions
}

/** A line break would start a header, a comma a second address. */
const NOT_ONE_RECIPIENT = /[\p{Cc}\s<>,;:"()[\]\\]/u

/** Trying again does not help. */
export class CannotCompose extends Error {
  override readonly name = 'CannotCompose'
}

/** Message-ID and Date come from the queue and identify a repeated email. @throws CannotCompose */
export function composeMessage(
  env: LookEnv & Pick<Env, 'BASE_URL' | 'MAIL_FROM'>,
  { id, createdAt }: { id: string; createdAt: Date },
  content: MailContent,
): Message {
  const { to, template } = content
  if (!to.includes('@') || NOT_ONE_RECIPIENT.test(to)) throw new CannotCompose('this is not one email address')
  const texts = textsIn(content.language)
  const letter = letterOf(content, texts, env.SITE_NAME)
  return {
    id,
    template,
    link: letter.action?.link,
    mail: {
      from: senderOf(env),
      to: { name: '', address: to },
      subject: letter.subject,
      text: textOf(letter, env, texts),
      html: htmlOf(letter, env, texts),
      date: createdAt,
      messageId: `<${id}@${new URL(env.BASE_URL).hostname}>`,
      // RFC 3834: prevents automatic replies.
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': texts.language },
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  }
}

function senderOf({ MAIL_FROM, SITE_NAME }: Pick<Env, 'MAIL_FROM' | 'SITE_NAME'>) {
  return MAIL_FROM.includes('<') ? MAIL_FROM : { name: SITE_NAME, address: MAIL_FROM }
}
