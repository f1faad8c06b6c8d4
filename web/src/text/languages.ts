import { en } from './en.ts'

export type Text = typeof en

/** Languages of the pages, each under its own name. All but English, the fallback, are loaded when chosen. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', load: async (): Promise<Text> => en },
  de: { name: 'Deutsch', dir: 'ltr', load: async (): Promise<Text> => (await import('./de.ts')).de },
} as const
export type Language = keyof typeof LANGUAGES

export const isLanguage = (code: string | undefined): code is Language =>
  code !== undefined && Object.hasOwn(LANGUAGES, code)
