import { Mail } from '../../models/mail.ts'
import type { MailContent, MailTemplate } from '../../src/mail/content.ts'
import { MAIL_CONTEXT } from '../../src/mail/mailer.ts'
import type { TestServer } from './harness.ts'

/** The mails that wait in the queue of a server without SMTP_URL, oldest first, with those that are still delayed. */
export async function waitingMails({ deps }: TestServer, to?: string): Promise<MailContent[]> {
  await deps.delayed.finish()
  const rows = await Mail.findAll({ order: ['createdAt'] })
  const mails = rows.map(({ content }): MailContent => JSON.parse(deps.sealer.open(content, MAIL_CONTEXT).text))
  return to === undefined ? mails : mails.filter(mail => mail.to === to)
}

/** The same without the confirmation of the address that each registration sends. */
export async function waitingNotices(server: TestServer): Promise<MailContent[]> {
  return (await waitingMails(server)).filter(({ template }) => template !== 'verify-email')
}

/** The newest mail of a template, waited for; its link and the secret in the link. */
export async function mailFor(server: TestServer, to: string, template: MailTemplate) {
  for (const giveUp = Date.now() + 30_000; Date.now() < giveUp; await pause()) {
    const mail = (await waitingMails(server, to)).findLast(each => each.template === template)
    if (mail) return { ...mail, ...linkOf(mail) }
  }
  throw new Error(`no mail ${template} to ${to}; there are: ${(await waitingMails(server)).map(nameOf).join(', ')}`)
}

export const noMails = () => Mail.destroy({ where: {} })

function linkOf({ data }: MailContent) {
  const link = 'link' in data ? data.link : 'notMeLink' in data ? data.notMeLink : ''
  return { link, token: link.split('#')[1] ?? '' }
}

const nameOf = ({ to, template }: MailContent) => `${template} to ${to}`
const pause = () => new Promise(resolve => setImmediate(resolve))
