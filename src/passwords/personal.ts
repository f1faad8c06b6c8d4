/** A single letter says nothing of anybody. */
const LEAST_WORD = 2

/**
 * Whether a lower-case text is nothing but the given details and their words, in any order and number, but for digits
 * and punctuation: 'annaschmidt', 'Schmidt, Anna 1990' and 'annaanna!' all are 'Anna Schmidt'.
 */
export function isMadeOf(text: string, details: readonly (string | undefined)[]): boolean {
  const known = details.flatMap(detail => (detail === undefined ? [] : [detail.normalize('NFC').toLowerCase()]))
  if (known.includes(text)) return text !== ''

  const rest = wordsOf(known).reduce((left, word) => left.replaceAll(word, ''), text)
  return rest !== text && /^[\p{N}\p{P}\p{Z}\p{Sc}\p{Sk}\p{Sm}]*$/u.test(rest)
}

/** Longest first, so that 'ann' does not spoil 'anna'. Digits alone are nobody's word: they are in every number. */
function wordsOf(details: string[]): string[] {
  const words = details.flatMap(detail => [detail, ...detail.split(/[^\p{L}\p{M}]+/u)])
  return words.filter(word => word.length >= LEAST_WORD && /\p{L}/u.test(word)).sort((a, b) => b.length - a.length)
}
