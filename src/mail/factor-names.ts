import type { MailFactor } from './content.ts'
import { harmlessName } from './letter.ts'
import { en } from './texts/en.ts'
import type { MailTexts } from './texts/mail-texts.ts'

/** Data of a mail about factors, with their English names for servers of the release before. */
export function namesOf(factors: MailFactor[]): { factor: string; factors: MailFactor[] } {
  return { factor: factors.map(factor => factorIn(en, factor)).join(', '), factors }
}

export function factorsIn(texts: MailTexts, factors: MailFactor[] | undefined): string | undefined {
  return factors?.map(factor => factorIn(texts, factor)).join(', ')
}

function factorIn(texts: MailTexts, factor: MailFactor): string {
  if (factor.kind === 'identity') return texts.identity(factor.provider, factor.name)
  const name = factor.kind === 'passkey' ? harmlessName(factor.name ?? '') : ''
  return name ? `${texts.factors[factor.kind]} ${texts.quoted(name)}` : texts.factors[factor.kind]
}
