import type { Language } from '../../languages.ts'
import { isLanguage } from '../../languages.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import type { MailTexts } from './mail-texts.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'

/** A language without texts does not compile. */
const TEXTS: Record<Language, MailTexts> = { en, de, es, fr, it, nl, pl, pt }

/** English for a language that only another release knows. */
export function textsIn(language: string | null | undefined): MailTexts {
  return isLanguage(language) ? TEXTS[language] : en
}
