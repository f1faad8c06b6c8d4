import { createRequire } from 'node:module'
import * as library from 'cookie-signature-library'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSame, sign, unsign } from '../src/sessions/cookie-signature/index.ts'

// More than a block of SHA-256 among them: RFC 2104 hashes such keys first.
const secrets = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
const texts = fc.string({ unit: 'binary', maxLength: 200 })

describe('a signature', () => {
  test('is that of the library, whatever secret and text, and each verifies what the other signed', () => {
    const isTheirs = (secret: string, text: string) => {
      const signed = sign(text, secret)
      expect(signed).toBe(library.sign(text, secret))
      expect(library.unsign(signed, secret)).toBe(text)
      expect(unsign(signed, secret)).toBe(text)
    }
    fc.assert(fc.property(secrets, texts, isTheirs), { numRuns: 500 })
    for (const length of [63, 64, 65]) isTheirs('k'.repeat(length), 'a session id')
  })

  test('keeps nothing of the one before', () => {
    const first = sign('one', 'a secret')
    expect(sign('another one, and longer', 'a secret')).not.toBe(first)
    expect(sign('one', 'another secret')).not.toBe(first)
    expect(sign('one', 'a secret')).toBe(first)
  })

  test('7.2.1 of anything else is refused, as the library refuses it', () => {
    const signed = sign('an id', 'a secret')
    const refused = (presented: string, secret: string) => {
      expect(unsign(presented, secret)).toBe(false)
      expect(library.unsign(presented, secret)).toBe(false)
    }
    const forge = (presented: string) => refused(presented === signed ? `${presented}.` : presented, 'a secret')
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), forge))
    for (const presented of ['', '.', 'an id', 'an id.', `${signed}=`, signed.slice(0, -1), `another ${signed}`])
      refused(presented, 'a secret')
    refused(signed, 'another secret')
  })

  test('is ours where express-session verifies one', () => {
    const ownRequire = createRequire(import.meta.url)
    const theirs = createRequire(ownRequire.resolve('express-session'))
    expect(theirs.resolve('cookie-signature')).toBe(ownRequire.resolve('../src/sessions/cookie-signature/index.ts'))
    expect(theirs('cookie-signature').unsign(sign('an id', 'a secret'), 'a secret')).toBe('an id')
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
