import { sign, unsign } from 'cookie-signature'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSame, signatureUnder } from '../src/sessions/signature.ts'

// More than a block of SHA-256 among them: RFC 2104 hashes such keys first.
const secrets = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
const texts = fc.string({ unit: 'binary', maxLength: 200 })

describe('a signature', () => {
  test('is that of cookie-signature, which express-session verifies with, whatever secret and text', () => {
    const isTheirs = (secret: string, text: string) => {
      const signed = `${text}.${signatureUnder(secret)(text)}`
      expect(signed).toBe(sign(text, secret))
      expect(unsign(signed, secret)).toBe(text)
    }
    fc.assert(fc.property(secrets, texts, isTheirs), { numRuns: 500 })
    for (const length of [63, 64, 65]) isTheirs('k'.repeat(length), 'a session id')
  })

  test('keeps nothing of the one before', () => {
    const signatureOf = signatureUnder('a secret')
    const first = signatureOf('one')
    expect(signatureOf('another one, and longer')).not.toBe(first)
    expect(signatureOf('one')).toBe(first)
  })
})

test.each([
  ['the same', 'abc', 'abc', true],
  ['one letter else', 'abd', 'abc', false],
  ['shorter', 'ab', 'abc', false],
  ['longer', 'abcd', 'abc', false],
  ['as many letters, of more bytes', 'abç', 'abc', false],
  ['a letter whose low byte is the same', 'ab\u0163', 'abc', false],
  ['nothing', '', 'abc', false],
])('7.2.1 11.2.4 what was presented is %s: %s is %s? %s', (_, presented, expected, same) => {
  expect(isSame(presented, expected)).toBe(same)
})
