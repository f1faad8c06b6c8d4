import { Mail } from '../models/mail.ts'
import type { MailContent } from '../src/mail/content.ts'
import { MAIL_CONTEXT } from '../src/mail/mailer.ts'
import type { TestServer } from './harness.ts'

/** The mails that wait in the queue of a server, the oldest first, opened. */
export const mailsOf = async ({ deps }: TestServer): Promise<MailContent[]> => {
  const mails = await Mail.findAll({ order: [['createdAt', 'ASC']] })
  return mails.map(({ content }) => JSON.parse(deps.sealer.open(content, MAIL_CONTEXT).text) as MailContent)
}
