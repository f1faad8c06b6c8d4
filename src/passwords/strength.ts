import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

export type Strength = {
  /** 0 (guessed at once) to 4 (out of reach of an attack on a stolen database). */
  score: 0 | 1 | 2 | 3 | 4
  hints: { code: string; message: string }[]
}

/** Longer ones are judged by their beginning: the time of the estimate grows with the length. */
const JUDGED = 24

/** What zxcvbn finds and advises, in our words; the keys are its own. */
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

let estimator: Promise<ZxcvbnFactory> | undefined

/**
 * Estimates how soon a password would be guessed, and what would help; a hint for a person, never a reason to refuse.
 * @param inputs what an attacker knows of the person
 */
export async function strengthOf(password: string, inputs: string[]): Promise<Strength> {
  estimator ??= load()
  const { score, feedback } = (await estimator).check(password.slice(0, JUDGED), inputs)
  const codes = [feedback.warning, ...feedback.suggestions].flatMap(code => (code ? [code] : []))
  return { score, hints: [...new Set(codes)].flatMap(hintOf) }
}

function hintOf(code: string) {
  const message = HINTS[code]
  return message ? [{ code, message }] : []
}

/** At the first use: the dictionaries cost some 20 MB that a server which nobody asks for a hint need not have. */
async function load() {
  const [{ ZxcvbnFactory: Estimator }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new Estimator({ dictionary, graphs: adjacencyGraphs })
}
