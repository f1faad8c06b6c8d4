/** What a template says, before it is plain text or HTML. Every string is text: markup in it is shown, not obeyed. */
export type Letter = {
  subject: string
  paragraphs: string[]
  /** The one link of the mail, under the words of a button. */
  action?: { label: string; link: string }
  /** What follows the link. */
  closing?: string[]
}

/** Longer than any name is in earnest. */
const NAME_LIMIT = 60

/** What mail programs make links of by themselves. */
const LIKE_A_LINK = /\S\.\S|:\/\/|@/

/**
 * A stranger who registers with another person's address chooses the name in the email: one that reads as a link, or as a message of its
 * own, is left out.
 */
export function greeting(name: string): string {
  const clean = plain(name)
  return clean === '' || clean.length > NAME_LIMIT || LIKE_A_LINK.test(clean) ? 'Hello,' : `Hello ${clean},`
}

/** One line without control characters. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()

let format: Intl.DateTimeFormat | undefined

/** `22 November 2026 at 01:30 UTC`, of an ISO 8601 time. Made at the first use: what it needs of Unicode's data takes 8 MB. */
export function moment(at: string): string {
  format ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${format.format(new Date(at))} UTC`
}
