import { greeting, type Letter, moment, plain } from '../letter.ts'

type Happened = { name: string; at: string; notMeLink: string }

/** Tells the user about a change and what to do if it was not them (ASVS 6.3.7). */
export function notice(subject: string, what: string, { name, at, notMeLink }: Happened): Letter {
  return {
    subject,
    paragraphs: [
      greeting(name),
      `${plain(what)} This happened on ${moment(at)}.`,
      "If this was you, you can ignore this email. If it wasn't, open this link. You do not need to sign in.",
    ],
    action: { label: "This wasn't me", link: notMeLink },
  }
}
