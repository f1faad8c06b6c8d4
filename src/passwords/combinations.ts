import { longestRunAt } from './patterns.ts'

/** Two words that everybody takes are few guesses; with a third begins what a passphrase is made of. */
const MOST_WORDS = 2
/** So many signs and digits, where they are no pattern, add little to words that are tried first. */
const MOST_ADDED = 6
/** What is longer than this has more than two words and what is added to them. */
const MOST_LENGTH = 64
const LEAST_WORD = 3
const LONGEST_WORD = 20

/** Signs that stand for letters; 1 is read as i and as l. */
const LETTERS_OF: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
/** What is one choice, whatever its length: a year, or one sign over and over. */
const PATTERN_OF_SIGNS = /(?:19|20)\d\d|([^\p{L}])\1*/uy
const LETTER = /\p{L}/u

/**
 * Whether a lower-case text is nothing but one or two of the given words, each once or over and over, with letters written as signs or
 * not, in any order with years, rows of keys and at most six other digits or signs. Whole passwords are judged: in a phrase of other
 * words a common one does no harm (NIST SP 800-63B-4 3.1.1.2).
 */
export function isOneOrTwoOf(words: ReadonlySet<string>, text: string): boolean {
  if (text.length > MOST_LENGTH) return false
  const readings = readingsOf(text)
  let places = throughSigns(text, startOf(text))
  for (let used = 1; used <= MOST_WORDS; used++) {
    places = throughSigns(text, throughWord(words, readings, places))
    if (isReached(places[text.length])) return true
  }
  return false
}

/** For each place of the text, its end included, the fewest added signs with which it is reached. */
type Places = number[]

const isReached = (added: number | undefined) => added !== undefined && added <= MOST_ADDED

const nowhere = (length: number): Places => Array<number>(length).fill(Number.POSITIVE_INFINITY)

const startOf = (text: string): Places => [0, ...nowhere(text.length)]

function reach(places: Places, place: number, added: number) {
  places[place] = Math.min(places[place] ?? Number.POSITIVE_INFINITY, added)
}

/** From each place that is reached on over one word. */
function throughWord(words: ReadonlySet<string>, readings: string[], from: Places): Places {
  const places = nowhere(from.length)
  for (const [at, added] of from.entries()) {
    if (isReached(added)) for (const end of wordEndsAt(words, readings, at)) reach(places, end, added)
  }
  return places
}

/** From each place that is reached on over any number of signs. */
function throughSigns(text: string, from: Places): Places {
  const places = [...from]
  for (let at = 0; at < text.length; at++) {
    const added = places[at] ?? Number.POSITIVE_INFINITY
    if (isReached(added)) for (const end of signsEndAt(text, at)) reach(places, end, added + 1)
  }
  return places
}

/** The text as it stands, and with its signs read as letters. */
function readingsOf(text: string): string[] {
  const asLetters = [...text].map(sign => LETTERS_OF[sign] ?? sign).join('')
  const withL = [...text].map(sign => (sign === '1' ? 'l' : (LETTERS_OF[sign] ?? sign))).join('')
  return [...new Set([text, asLetters, withL])]
}

/** Where words end that begin here, one over and over included; a long row of keys is a word too. */
function wordEndsAt(words: ReadonlySet<string>, readings: string[], at: number): number[] {
  const ends: number[] = []
  for (const reading of readings) {
    for (let length = LEAST_WORD; length <= LONGEST_WORD && at + length <= reading.length; length++) {
      const word = reading.slice(at, at + length)
      if (words.has(word)) ends.push(...repetitionsOf(word, reading, at))
    }
  }
  const [asTyped = ''] = readings
  const run = longestRunAt(asTyped, at)
  if (run > 0 && LETTER.test(asTyped.slice(at, at + run))) ends.push(at + run)
  return ends
}

function repetitionsOf(word: string, text: string, at: number): number[] {
  const ends = []
  for (let end = at; text.startsWith(word, end); end += word.length) ends.push(end + word.length)
  return ends
}

/** Where one choice of signs or digits ends that begins here. */
function signsEndAt(text: string, at: number): number[] {
  const ends: number[] = []
  const sign = [...text.slice(at, at + 2)][0] ?? ''
  if (!LETTER.test(sign)) ends.push(at + sign.length)
  PATTERN_OF_SIGNS.lastIndex = at
  const [pattern = ''] = PATTERN_OF_SIGNS.exec(text) ?? []
  if (pattern !== '') ends.push(at + pattern.length)
  const run = longestRunAt(text, at)
  if (run > 0 && !LETTER.test(text.slice(at, at + run))) ends.push(at + run)
  return ends
}
