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
 * Whether a password in lower case is on the list of common ones, or is what attackers make of its top 3000 to reach the length that
 * is asked for: two in a row, or one or two with years, digits and signs added. The list itself has few of 15 characters.
 */
export function isCommonPassword(folded: string): boolean {
  loaded ??= load()
  const { listed, top, words } = loaded
  return listed.has(folded) || isPairOf(top, folded) || isOneOrTwoOf(words, folded)
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
