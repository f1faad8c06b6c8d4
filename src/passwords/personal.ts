/** One letter says nothing of anybody. */
const LEAST_WORD = 2

/** What people put around and between words to make them a password; emoji are not among it. */
const PADDING = /[\p{N}\p{P}\p{Z}\p{Sc}\p{Sk}\p{Sm}]+/gu

/**
 * Whether a lower-case text is nothing but the given details and their words, in any order and number, but for digits
 * and punctuation: 'annaschmidt', 'schmidt, anna 1990' and 'annaanna!' all are 'Anna Schmidt'.
 */
export function isMadeOf(text: string, details: readonly (string | undefined)[]): boolean {
  const known = details.flatMap(detail => (detail ? [detail.normalize('NFC').toLowerCase()] : []))
  const letters = text.replaceAll(PADDING, '')
  return known.includes(text) || (letters !== '' && isChain(letters, known.flatMap(wordsOf)))
}

const wordsOf = (detail: string): string[] => detail.split(/[^\p{L}\p{M}]+/u).filter(word => word.length >= LEAST_WORD)

/** Whether words in a row give the text, found by the places that they reach: a pattern would take exponential time. */
function isChain(text: string, words: string[]): boolean {
  const reached = new Set([0])
  for (const place of reached) {
    for (const word of words.filter(each => text.startsWith(each, place))) reached.add(place + word.length)
  }
  return reached.has(text.length)
}
