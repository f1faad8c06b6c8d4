import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isOneOrTwoOf } from './combinations.ts'

/** Shorter ones are refused for their length, whatever the policy. */
const LEAST_LENGTH = 8

/** ASVS 6.2.4's number. */
const TOP = 3000

/** Digits alone are no word to which something is added, but what is added. */
const HAS_LETTER = /\p{L}/u

type CommonPasswords = { listed: Set<string>; top: Set<string>; words: Set<string> }

let loaded: CommonPasswords | undefined

/**
 * Whether a password in lower case is on the list of common ones, or is two of its top 3000 in a row, as
 * 'password12345678' is: the list has few that reach 15 characters, and that is how the others get there.
 */
export function isCommonPassword(folded: string): boolean {
  loaded ??= load()
  const { listed, top } = loaded
  return listed.has(folded) || isPairOf(top, folded)
}

/** Whether one in lower case is what attackers make of the top 3000 to reach a length that is asked for (ASVS 6.2.4). */
export function isMadeOfCommonPasswords(folded: string): boolean {
  loaded ??= load()
  return isOneOrTwoOf(loaded.words, folded)
}

/** The data file alone, at the first use: the whole module costs 21 MB where this costs 13. */
function load(): CommonPasswords {
  const file = createRequire(import.meta.url).resolve('@zxcvbn-ts/language-common/src/passwords.json')
  const byRank = JSON.parse(readFileSync(file, 'utf8')) as string[]
  const top = byRank.slice(0, TOP)
  return {
    listed: new Set(byRank.filter(entry => entry.length >= LEAST_LENGTH)),
    top: new Set(top),
    words: new Set(top.filter(entry => HAS_LETTER.test(entry))),
  }
}

function isPairOf(words: Set<string>, text: string): boolean {
  return Array.from(text, (_, at) => at).some(at => words.has(text.slice(0, at)) && words.has(text.slice(at)))
}
