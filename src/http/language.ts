import type { Request } from 'express'
import { isLanguage, type Language } from '../languages.ts'

/** The first of `Accept-Language` that pages and mails have; null if none. Pages send the one they are shown in. */
export function languageOf(req: Request): Language | null {
  const wanted = req.acceptsLanguages().map(each => each.toLowerCase().split('-')[0])
  return wanted.find(isLanguage) ?? null
}
