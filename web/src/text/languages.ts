import { en } from './en.ts'
import { completed, type Text } from './translation.ts'

/** Languages of the pages, each under its own name. All but English, the fallback, are loaded when chosen. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', load: async (): Promise<Text> => en },
  de: { name: 'Deutsch', dir: 'ltr', load: async () => (await import('./de.ts')).de },
  es: { name: 'Español', dir: 'ltr', load: async () => completed((await import('./es.ts')).es) },
  fr: { name: 'Français', dir: 'ltr', load: async () => completed((await import('./fr.ts')).fr) },
  it: { name: 'Italiano', dir: 'ltr', load: async () => completed((await import('./it.ts')).it) },
  nl: { name: 'Nederlands', dir: 'ltr', load: async () => completed((await import('./nl.ts')).nl) },
  pl: { name: 'Polski', dir: 'ltr', load: async () => completed((await import('./pl.ts')).pl) },
  pt: { name: 'Português', dir: 'ltr', load: async () => completed((await import('./pt.ts')).pt) },
} as const
export type Language = keyof typeof LANGUAGES

export const isLanguage = (code: string | undefined): code is Language =>
  code !== undefined && Object.hasOwn(LANGUAGES, code)
