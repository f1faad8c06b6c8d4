import { dictionary } from '@zxcvbn-ts/language-common'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPassword, normalisePassword, type PasswordContext } from '../../src/passwords/policy.ts'
import { commonLongPasswords } from '../support/common-long-passwords.ts'

const ALONE: PasswordContext = {
  email: 'anna.schmidt@example.com',
  username: 'aschmidt77',
  name: 'Anna Zoë Schmidt',
  siteName: 'Latchkey',
  secondFactor: 'none',
}
const WITH_SECOND: PasswordContext = { ...ALONE, secondFactor: 'present' }

const codes = (password: string, context = ALONE) => checkPassword(password, context).map(({ code }) => code)

describe('the length of a password', () => {
  test.each([
    ['14 characters', 'hjkw vbq rtz f', ['too_short']],
    ['15 characters', 'hjkw vbq rtz fp', []],
    ['14 emoji', '😀🔑🐴🔋📎🌍🎻🥨🦊🚲🌵🎲🪐🧵', ['too_short']],
    ['15 emoji', '😀🔑🐴🔋📎🌍🎻🥨🦊🚲🌵🎲🪐🧵🫖', []],
    ['8 emoji, 16 UTF-16 units', '😀🔑🐴🔋📎🌍🎻🥨', ['too_short']],
    ['15 letters and accents that NFC makes 14', 'hjkw vbq rtz e\u0301', ['too_short']],
    [
      'a base letter and 14 accents that NFC leaves alone',
      'q\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030d\u030e\u030f',
      [],
    ],
    ['64 characters', `${'h'.repeat(40)} vbq rtz fp${'m'.repeat(13)}`, []],
    ['128 characters', `${'h'.repeat(40)} vbq rtz fp${'m'.repeat(77)}`, []],
    ['128 characters of four bytes', `${'😀'.repeat(64)}🔑${'🐴'.repeat(63)}`, []],
    ['128 characters that were more before NFC', `${'e\u0301'.repeat(64)}ç${'x'.repeat(63)}`, []],
    ['129 characters', `${'h'.repeat(40)} vbq rtz fp${'m'.repeat(78)}`, ['too_long']],
    ['a million characters', 'x'.repeat(1_000_000), ['too_long']],
    ['nothing', '', ['too_short']],
  ])('is judged in code points after NFC: %s (ASVS 6.2.1, 6.2.9, NIST 3.1.1.2)', (_, password, expected) => {
    expect(codes(password)).toEqual(expected)
  })

  test.each([
    ['hjkwvbq', ['too_short']],
    ['hjkwvbqr', []],
    ['😀🔑🐴🔋📎🌍🎻🥨', []],
  ])('must be 8 where every login has a second factor: %s (ASVS 6.2.1)', (password, expected) => {
    expect(codes(password, WITH_SECOND)).toEqual(expected)
  })
})

describe('the characters of a password', () => {
  const alphabets = {
    lower: 'abcdefghijklmnopqrstuvwxyz',
    upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    digits: '0123456789',
    punctuation: ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    controls: '\0\t\n\r\u007f\u200b\u202e\ufeff',
    rightToLeft: 'אבגדהוזחטיكلمنسعفصق',
    han: '天地玄黃宇宙洪荒日月盈昃辰宿列張',
    combining: 'a\u0301\u0323\u0332e\u0308o\u0342',
    emoji: '😀🔑🐴🔋📎🌍🎻🥨🦊🚲',
  }
  const units = Object.values(alphabets).map(alphabet => fc.constantFrom(...alphabet))
  const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })

  test('may be any, of one kind or of many: fifteen by chance are accepted (ASVS 6.2.5)', () => {
    const passwords = fc.oneof(
      ...[...units, fc.oneof(...units), anything].map(unit => fc.array(unit, { minLength: 15, maxLength: 40 })),
    )
    fc.assert(
      fc.property(passwords, characters => {
        const password = characters.join('')
        fc.pre([...normalisePassword(password)].length >= 15 && new Set(characters).size >= 6)
        expect(codes(password)).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test.each(['\ud83d', '\udd11'])('are whole: half an emoji is refused', half => {
    expect(codes(`hjkw vbq rtz fp${half}`)).toEqual(['malformed'])
  })

  test('are compared in NFC, which leaves look-alikes apart (NIST 3.1.1.2)', () => {
    expect(normalisePassword('e\u0301')).toBe('\u00e9')
    expect(normalisePassword('ﬁ')).toBe('ﬁ')
  })
})

describe('a common password', () => {
  const listed = dictionary['passwords-common']
  const shout = (password: string, letters: boolean[]) =>
    Array.from(password, (letter, at) => (letters[at % letters.length] ? letter.toUpperCase() : letter)).join('')

  test('is refused, in any case: the first 3000 that are long enough with a second factor (ASVS 6.2.4)', () => {
    const first = listed.filter(entry => entry.length >= 8).slice(0, 3000)
    expect(first).toHaveLength(3000)
    for (const password of first) expect(codes(password, WITH_SECOND), password).toContain('common')
    fc.assert(
      fc.property(fc.constantFrom(...first), fc.array(fc.boolean(), { minLength: 1 }), (password, letters) => {
        expect(codes(shout(password, letters), WITH_SECOND)).toContain('common')
      }),
    )
  })

  test('is refused where it is the only factor: all that are long enough (ASVS 6.2.4)', () => {
    const long = listed.filter(entry => entry.length >= 15)
    expect(long.length).toBeGreaterThan(30)
    for (const password of long) expect(codes(password), password).toContain('common')
  })

  test('is refused when it is two of the top 3000 in a row (ASVS 6.2.4)', () => {
    const top = fc.constantFrom(...listed.slice(0, 3000))
    fc.assert(
      fc.property(top, top, (one, other) => {
        fc.pre(one.length + other.length >= 15)
        expect(codes(one + other)).toContain('common')
      }),
    )
  })

  test.each(['Password12345678', 'iloveyou1234567', 'qwertyuiop123456', 'passwordpassword', 'PolnIypizdec0211'])(
    'is refused: %s',
    password => {
      expect(codes(password)).toContain('common')
    },
  )

  test('is refused in every form that attackers try first: over 3000 that are long enough (ASVS 6.2.4)', () => {
    const made = commonLongPasswords()
    expect(made.length).toBeGreaterThan(3000)
    for (const password of made) expect(codes(password), password).not.toEqual([])
  })

  test.each([
    'P@ssw0rd12345678',
    'password!!!!!!!!',
    'Dragon2024Monkey',
    '!!sunshine1990!!',
    'qwertyuiop12345!',
    '1qaz2wsx3edc4rfv!',
    'letmeinletmein2023',
    'dragondragondragon1',
    'Summer.2024.Winter',
    'iloveyouforever',
    'm0nkey-m0nkey-2026',
  ])('is refused with what is usually added to it: %s (ASVS 6.2.4)', password => {
    expect(codes(password)).toContain('common')
  })

  test.each([
    'password 83920174859',
    'seven green bicycles at dawn',
    'correct horse battery staple x',
    'purple-monkey-dishwasher',
    'blue summer river',
    'my dog max is good',
    'tr0ub4dor&3 is old',
  ])('is no part of what has more in it: %s (NIST 3.1.1.2)', password => {
    expect(codes(password)).toEqual([])
  })

  test('is looked for in no time, whatever is typed', () => {
    const startedAt = performance.now()
    for (const part of ['1', '!', 'a', 'aA1!', 'qwerty', 'pass', '12', 'password1', '😀'])
      codes(part.repeat(128).slice(0, 128))
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  test.each([
    'my password is a secret',
    'passwordhorsebattery',
    'dragon monkey shadow',
    'polniypizdec0211 it is',
    '1234 correct horses',
  ])('may be part of a longer one: %s (NIST 3.1.1.2)', password => {
    expect(codes(password)).toEqual([])
  })
})

describe('a pattern', () => {
  test.each([
    'aaaaaaaaaaaaaaaa',
    'passwordpassword',
    'abcabcabcabcabc',
    'abcabcabcabcabcab',
    'XyXyXyXyXyXyXyXy',
    '🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑',
    'kq7 kq7 kq7 kq7 kq7 ',
  ])('that is one part over and over is refused: %s', password => {
    expect(codes(password)).toContain('repeated')
  })

  test('that would do without being repeated is accepted', () => {
    expect(codes('hjkw vbq rtz fp hjkw vbq rtz fp ')).toEqual([])
    expect(codes('hjkwvbqrhjkwvbqr', WITH_SECOND)).toEqual([])
  })

  test.each([
    '123456789012345',
    '098765432109876',
    'qwertyuiopasdfgh',
    'QWERTZUIOPASDFGH',
    'azertyuiopqsdfg',
    'abcdefghijklmnop',
    'zyxwvutsrqponmlk',
    'uvwxyzabcdefghi',
    '1qaz2wsx3edc4rfv',
    'aabbccddeeffgghh',
    '111222333444555',
    '!@#$%^&*()_+!@#',
    'йцукенгшщзхъфыва',
  ])('that runs along the keyboard, the alphabet or the digits is refused: %s', password => {
    expect(codes(password)).toContain('sequence')
  })

  test.each(['839201748592017', 'abcdefgh ijkmnop', 'qwertyuiop and then some'])(
    'that breaks off is accepted: %s',
    password => {
      expect(codes(password)).toEqual([])
    },
  )
})

describe('personal details', () => {
  test.each([
    'anna.schmidt@example.com',
    'ANNA.SCHMIDT@EXAMPLE.COM',
    'anna.schmidt',
    'anna.schmidt1990',
    '!!anna.schmidt!!1990',
    'annaschmidtanna',
    'schmidt, anna (1990)',
    'Anna Zoe\u0308 Schmidt',
    'AnnaZoëSchmidt',
    'aschmidt77',
    'aschmidt77aschmidt77',
    'aschmidt-2026-2026',
    'Latchkey',
    'Latchkey-2026-2026',
    'latchkeylatchkey',
    'Latchkey Latchkey!',
    'AnnaLatchkey1990',
  ])('alone are refused: %s (ASVS 6.2.11)', password => {
    expect(codes(password)).toContain('personal')
  })

  test('of digits alone are refused too, and do not spoil other numbers', () => {
    const context: PasswordContext = { siteName: 'Latchkey', username: '4155550123', secondFactor: 'present' }
    expect(codes('4155550123', context)).toEqual(['personal'])
    expect(codes('8392017 4155550123', context)).toEqual([])
  })

  test.each(['anna likes latchkeys', 'schmidts cat is grey', 'my latchkey is under the mat', '8392-0174-8592-0174-5'])(
    'may be part of a longer one: %s (NIST 3.1.1.2)',
    password => {
      expect(codes(password)).toEqual([])
    },
  )

  test('that are not known, empty or full of signs refuse nothing', () => {
    const context: PasswordContext = { siteName: 'L', email: '', name: '.*', username: undefined, secondFactor: 'none' }
    expect(codes('hjkw vbq rtz fp', context)).toEqual([])
    expect(codes('8392-0174-8592-0174-5', context)).toEqual([])
    expect(codes('x'.repeat(129), context)).toEqual(['too_long'])
  })
})

describe('the refusal', () => {
  test('names every fault at once', () => {
    expect(codes('latchkey')).toEqual(['too_short', 'personal'])
    expect(codes('passwordpassword')).toEqual(['repeated', 'common'])
    expect(codes('1234567')).toEqual(['too_short', 'sequence'])
  })

  test('says what to do, in a sentence for each, with the number that holds', () => {
    const messages = ['latchkey', '\ud800', 'x'.repeat(129), 'passwordpassword', 'abcdefghijklmnop']
      .flatMap(password => checkPassword(password, ALONE))
      .map(({ message }) => message)
    expect(new Set(messages).size).toBe(7)
    for (const message of messages) expect(message).toMatch(/^(Use|Do not|Choose|Type) .+\.$/)
    expect(checkPassword('short', ALONE)[0]?.message).toContain('at least 15 characters')
    expect(checkPassword('short', WITH_SECOND)[0]?.message).toContain('at least 8 characters')
    expect(checkPassword('x'.repeat(129), ALONE)[0]?.message).toContain('at most 128 characters')
  })

  test('never repeats the password', () => {
    const refused = [
      'xyzzy',
      'latchkeylatchkey',
      'passwordpassword',
      'abcdefghijklmnop',
      'hj'.repeat(65),
      'hjkwvbq\ud800',
    ]
    for (const password of refused) expect(JSON.stringify(checkPassword(password, ALONE))).not.toContain(password)
    expect(new Set(refused.flatMap(password => codes(password))).size).toBe(7)
  })
})
