/** Every string is plain text, escaped in HTML. */
export type Letter = {
  subject: string
  paragraphs: string[]
  /** The label of a button and its link. */
  action?: { label: string; link: string }
  closing?: string[]
}

const NAME_LIMIT = 60

/** What email programs turn into links. */
const LIKE_A_LINK = /\S\.\S|:\/\/|@/

/** A stranger can choose the name, so one that looks like a link or a message is left out. */
export function greeting(name: string): string {
  const clean = plain(name)
  return clean === '' || clean.length > NAME_LIMIT || LIKE_A_LINK.test(clean) ? 'Hello,' : `Hello ${clean},`
}

export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()

let format: Intl.DateTimeFormat | undefined

/** `22 November 2026 at 01:30 UTC`. Created on first use, because its Unicode data takes 8 MB. */
export function moment(at: string): string {
  format ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${format.format(new Date(at))} UTC`
}
