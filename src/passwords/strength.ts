import { ZxcvbnFactory, type ZxcvbnResult } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

export type Strength = {
  score: ZxcvbnResult['score']
  guesses: number
  hints: { code: string; message: string }[]
  isPersonal: boolean
}

/** Longer passwords are judged by their beginning, which takes up to 100 ms. */
const MOST_JUDGED = 48

const SEPARATORS = /[\p{P}\p{Z}\p{Sc}\p{Sk}\p{Sm}]+/gu
const LONGEST_SEPARATOR = 2

const HINTS: Record<string, string> = {
  straightRow: 'A row of keys is guessed early.',
  keyPattern: 'A pattern on the keyboard is guessed early.',
  simpleRepeat: 'Repeated characters add little.',
  extendedRepeat: 'Repeated parts add little.',
  sequences: 'Sequences like abc or 6543 add little.',
  recentYears: 'Years of our time are guessed early.',
  dates: 'Dates are guessed early.',
  topTen: 'This is one of the ten most common passwords.',
  topHundred: 'This is one of the hundred most common passwords.',
  common: 'This is a common password.',
  similarToCommon: 'This is close to a common password.',
  wordByItself: 'A single word is guessed early.',
  namesByThemselves: 'Names are guessed early.',
  commonNames: 'Names are guessed early.',
  userInputs: 'Do not use your own name or address.',
  pwned: 'This password is in a known breach.',
  l33t: 'Letters replaced by look-alikes hardly help.',
  reverseWords: 'A word spelled backwards hardly helps.',
  allUppercase: 'Capitals throughout hardly help.',
  capitalization: 'A capital at the beginning hardly helps.',
  associatedYears: 'Leave out years that belong to you.',
  repeated: 'Leave out repeated words and characters.',
  longerKeyboardPattern: 'Leave out patterns on the keyboard.',
  anotherWord: 'Add another word or two that have nothing to do with the others.',
  useWords: 'Use several unrelated words.',
  noNeed: 'Digits, signs and capitals are not needed.',
}

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

const LISTED = new Set(dictionary['passwords-common'])

/** Whether a list of common passwords contains it (ASVS 6.2.4). */
export function isListed(password: string): boolean {
  return LISTED.has(password.toLowerCase())
}

export function estimateStrength(password: string, details: (string | undefined)[]): Strength {
  const { score, guesses, feedback, sequence } = check(password, details.flatMap(wordsOf))
  const codes = [feedback.warning, ...feedback.suggestions].flatMap(code => (code ? [code] : []))
  return {
    score,
    guesses,
    hints: [...new Set(codes)].flatMap(hintOf),
    isPersonal: sequence.some(({ dictionaryName }) => dictionaryName === 'userInputs'),
  }
}

/** The lower estimate, because zxcvbn overrates separators. */
function check(password: string, words: string[]): ZxcvbnResult {
  const judged = password.slice(0, MOST_JUDGED)
  const joined = judged.replace(SEPARATORS, signs => (signs.length > LONGEST_SEPARATOR ? signs : ''))
  const asTyped = zxcvbn.check(judged, words)
  if (joined === judged) return asTyped
  const withoutSeparators = zxcvbn.check(joined, words)
  return withoutSeparators.guesses < asTyped.guesses ? withoutSeparators : asTyped
}

function wordsOf(detail = ''): string[] {
  const known = detail.normalize('NFC')
  return [known, ...known.split(/[^\p{L}\p{M}]+/u)].filter(word => word.length > 1)
}

function hintOf(code: string) {
  const message = HINTS[code]
  return message ? [{ code, message }] : []
}
