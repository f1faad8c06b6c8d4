import { createStore } from '../store.ts'
import type { Part, Text } from './catalogue.ts'
import { isLanguage, LANGUAGES, type Language } from './languages.ts'

const KEY = 'language'

/** The words of the chosen language. Those of /account and /admin are added when these pages are loaded. */
export const t = {} as Text
/** The pages render again when it changes, and keep what is typed into them. */
export const language = createStore<Language>('en')

const parts = new Set<Part>(['pages'])
/** One change at a time, so that each finds the language and the parts that the one before it left. */
let change = Promise.resolve()

/** What the user chose in this browser, if anything. */
let choice = keptChoice()

function keptChoice(): Language | undefined {
  const kept = localStorage.getItem(KEY) ?? undefined
  return isLanguage(kept) ? kept : undefined
}

export function preferred(): Language {
  return choice ?? navigator.languages.map(each => each.split('-')[0]).find(isLanguage) ?? 'en'
}

function use(wanted: () => Language): Promise<void> {
  change = change.catch(() => {}).then(() => load(wanted()))
  return change
}

async function load(code: Language) {
  const { dir, parts: loaders } = LANGUAGES[code]
  const loaded = await Promise.all([...parts].map(part => loaders[part]()))
  Object.assign(t, ...loaded.map(({ text }) => text))
  Object.assign(document.documentElement, { lang: code, dir })
  language.set(code)
}

/** The one that was chosen here before, else the browser's, else English. */
export const startLanguage = () => use(preferred)

/** The pages keep nothing else in the browser but the provider last used (src/providers.ts). */
export async function chooseLanguage(wanted: Language) {
  await use(() => wanted)
  choice = wanted
  keepLanguage()
}

/** The account's, in a browser where none was chosen. A text that cannot be loaded changes nothing. */
export async function followAccount(wanted: Language | null) {
  if (choice === undefined && wanted !== null && wanted !== language.get()) await use(() => wanted).catch(() => {})
}

/** Adds the texts of pages that are only now needed. */
export function addTexts(...wanted: Part[]): Promise<void> {
  for (const part of wanted) parts.add(part)
  return use(language.get)
}

/** Again after a sign-out, which clears what the browser keeps of this site. */
export function keepLanguage() {
  if (choice !== undefined) localStorage.setItem(KEY, choice)
}

/** What a catalogue says of a name that the server gave. */
export function textFor<Entry>(texts: Record<string, Entry>, name: string): Entry | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined
}

const DATE_AND_TIME = { dateStyle: 'medium', timeStyle: 'short' } as const
/** A time of the server, ISO 8601, as people write it here. */
export const showTime = (iso: string) => new Intl.DateTimeFormat(locale(), DATE_AND_TIME).format(new Date(iso))
export const showDay = (iso: string) => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(new Date(iso))

/** In seconds, the largest first. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const
const MONTH = 30 * 86_400

/** Such as “5 minutes ago”; further away than a month, the day. @param iso ISO 8601 */
export function showRelative(iso: string): string {
  const away = (Date.parse(iso) - Date.now()) / 1000
  if (Math.abs(away) > MONTH) return showDay(iso)
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, size] of UNITS) if (Math.abs(away) >= size) return format.format(Math.trunc(away / size), unit)
  return format.format(0, 'second')
}

/** Such as “today” or “3 days ago”, by the calendar of the browser; further away than a month, the day. @param iso ISO 8601 */
export function showRelativeDay(iso: string): string {
  const away = Math.round((midnightOf(new Date(iso)) - midnightOf(new Date())) / 86_400_000)
  if (Math.abs(away) > 30) return showDay(iso)
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(away, 'day')
}

const midnightOf = (date: Date) => new Date(date).setHours(0, 0, 0, 0)

const DAY_OF_WEEK = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const
export const showWeekday = (iso: string) => new Intl.DateTimeFormat(locale(), DAY_OF_WEEK).format(new Date(iso))
/** Hours and minutes. */
export const showClock = (iso: string) =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }).format(new Date(iso))

/** The browser's own variety of the chosen language, such as en-GB. */
const locale = () => navigator.languages.find(each => each.split('-')[0] === language.get()) ?? language.get()
