import { greeting, type Letter, moment, plain } from '../letter.ts'

type Happened = { name: string; at: string; notMeLink: string }

/** Tells the user about a change and what to do if it was not them (ASVS 6.3.7). */
export function notice(subject: string, what: string, { name, at, notMeLink }: Happened): Letter {
  return {
    subject,
    paragraphs: [
      greeting(name),
      `${plain(what)} This happened on ${moment(at)}.`,
      'If it was you, you can ignore this email. If it was not, open this link. You do not need to sign in.',
    ],
    action: { label: 'This was not me', link: notMeLink },
  }
}
