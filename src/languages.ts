import type { Language } from '../models/user.ts'

export type { Language }

/** Of pages and emails. The pages have their own list, with texts (web/src/text/languages.ts). */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt'] as const satisfies Language[]

export function isLanguage(code: unknown): code is Language {
  return LANGUAGES.some(language => language === code)
}
