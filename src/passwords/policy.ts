import { isCommonPassword, isMadeOfCommonPasswords } from './common-passwords.ts'
import { isStraightRun, repeatedUnit } from './patterns.ts'
import { isMadeOf } from './personal.ts'

/** Who the password is for. `secondFactor` is 'present' only where every login of theirs asks for it. */
export type PasswordContext = {
  email?: string | undefined
  username?: string | undefined
  name?: string | undefined
  siteName: string
  secondFactor: 'none' | 'present'
}

/** `message` is a sentence that tells the person what to do. */
export type PasswordViolation = { code: keyof typeof RULES | 'breached'; message: string }

/** In code points of the NFC form (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.1, 6.2.9). */
const LEAST = { none: 15, present: 8 }
const MOST = 128

/** `folded` is lower case, and empty for a password that is too long to be looked at closely. */
type Candidate = { password: string; size: number; least: number; folded: string; context: PasswordContext }
type Rule = { breaks: (candidate: Candidate) => boolean; advice: (candidate: Candidate) => string }

const RULES = {
  malformed: {
    breaks: ({ password }) => !password.isWellFormed(),
    advice: () => 'Type the password again: a character in it is broken, as happens when an emoji is cut in half.',
  },
  too_short: {
    breaks: ({ size, least }) => size < least,
    advice: ({ least }) => `Use at least ${least} characters; three or four unrelated words are easy to remember.`,
  },
  too_long: {
    breaks: ({ size }) => size > MOST,
    advice: () => `Use at most ${MOST} characters.`,
  },
  repeated: {
    breaks: ({ folded, least }) => repeatedUnit(folded) !== folded && countOf(repeatedUnit(folded)) < least,
    advice: () => 'Do not make it up of one short part over and over; add different words.',
  },
  sequence: {
    breaks: ({ folded }) => isStraightRun(folded),
    advice: () => 'Do not use a row of the keyboard, the alphabet or the digits; use unrelated words instead.',
  },
  common: {
    breaks: ({ folded, size, least }) =>
      isCommonPassword(folded) ||
      isCommonPassword(repeatedUnit(folded)) ||
      (size >= least && isMadeOfCommonPasswords(folded)),
    advice: () => 'Choose another password: this one is on the lists that attackers try first.',
  },
  personal: {
    breaks: ({ folded, context: { email, username, name, siteName } }) =>
      isMadeOf(folded, [email, email?.split('@')[0], username, name, siteName]),
    advice: () => 'Do not make it up of your name, your email address, your username or the name of this site alone.',
  },
} satisfies Record<string, Rule>

/**
 * NFC, so that one password typed on two keyboards is one password (NIST SP 800-63B-4 3.1.1.2). Nothing else of what
 * was received is changed (ASVS 6.2.8): NFKC, for one, would take the ligature 'ﬁ' for 'fi'.
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}

/**
 * Everything that speaks against a new password, at once; empty when it is accepted. Any mixture of characters will do
 * (ASVS 6.2.5). Whole passwords are compared (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.4, 6.2.11): a passphrase may well
 * have a common word in it.
 */
export function checkPassword(password: string, context: PasswordContext): PasswordViolation[] {
  const normalised = normalisePassword(password)
  const size = countOf(normalised)
  const folded = size > MOST ? '' : normalised.toLowerCase()
  const candidate = { password, size, least: LEAST[context.secondFactor], folded, context }
  return CODES.filter(code => RULES[code].breaks(candidate)).map(code => ({
    code,
    message: RULES[code].advice(candidate),
  }))
}

/** The rule of src/passwords/breached.ts, which needs the network. */
export const BREACHED: PasswordViolation = {
  code: 'breached',
  message: 'Choose another password, and change this one wherever you use it: it is known from a breach.',
}

const CODES = Object.keys(RULES) as (keyof typeof RULES)[]

const countOf = (text: string): number => [...text].length
