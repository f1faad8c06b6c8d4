import { normalisePassword } from './normalise.ts'
import { estimateStrength, isListed, type Strength } from './strength.ts'

export type PasswordContext = {
  email?: string | undefined
  username?: string | undefined
  name?: string | undefined
  siteName: string
}

export type PasswordViolation = { code: keyof typeof RULES | 'breached'; message: string }

export type Judgement = Pick<Strength, 'score' | 'hints'> & { violations: PasswordViolation[] }

/** In code points of the NFC form (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.1, 6.2.9). */
const LEAST = 15
const MOST = 128

/** Twice zxcvbn's score 3, which any three words reach. */
const LEAST_GUESSES = 2e8

type Candidate = { password: string; size: number; strength: Strength }
type Rule = { breaks: (candidate: Candidate) => boolean; advice: string }

const RULES = {
  malformed: {
    breaks: ({ password }) => !password.isWellFormed(),
    advice: 'Type the password again. One of its characters is broken.',
  },
  too_short: {
    breaks: ({ size }) => size < LEAST,
    advice: `Use at least ${LEAST} characters. Three or four unrelated words are easy to remember.`,
  },
  too_long: {
    breaks: ({ size }) => size > MOST,
    advice: `Use at most ${MOST} characters.`,
  },
  common: {
    breaks: ({ password }) => isListed(password),
    advice: 'Choose another password. Attackers try this one first.',
  },
  personal: {
    breaks: ({ strength }) => strength.guesses < LEAST_GUESSES && strength.isPersonal,
    advice: 'Add words that have nothing to do with your name, your email address, your username or this site.',
  },
  guessable: {
    breaks: ({ password, strength }) => strength.guesses < LEAST_GUESSES && !strength.isPersonal && !isListed(password),
    advice: 'Choose a password that is harder to guess. Three or four unrelated words are easy to remember.',
  },
} satisfies Record<string, Rule>

const CODES = Object.keys(RULES) as (keyof typeof RULES)[]

/** As a whole (NIST SP 800-63B-4 3.1.1.2, ASVS 6.2.4, 6.2.5, 6.2.11). */
export function judgePassword(received: string, { email, username, name, siteName }: PasswordContext): Judgement {
  const password = normalisePassword(received)
  const strength = estimateStrength(password, [email, email?.split('@')[0], username, name, siteName])
  const candidate = { password, size: [...password].length, strength }
  const violations = CODES.filter(code => RULES[code].breaks(candidate)).map(code => ({
    code,
    message: RULES[code].advice,
  }))
  return { violations, score: strength.score, hints: strength.hints }
}
