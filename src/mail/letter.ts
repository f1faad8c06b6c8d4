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

/** A stranger may have chosen the name, so one that looks like a link or a message is left out. @returns '' then */
export function harmlessName(name: string): string {
  const clean = plain(name)
  return clean.length > NAME_LIMIT || LIKE_A_LINK.test(clean) ? '' : clean
}

/** One line. No-break spaces stay. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp} ]+/gu, ' ').trim()

/** Created on first use, because their Unicode data takes 8 MB. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** Such as `22 November 2026 at 01:30 UTC`. */
export function moment(locale: string, at: string): string {
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  const format = formats.get(locale) ?? new Intl.DateTimeFormat(locale, style)
  formats.set(locale, format)
  return `${format.format(new Date(at))} UTC`
}

/** Such as `30 minutes`. */
export function lasting(locale: string, count: number, unit: 'day' | 'minute'): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}
