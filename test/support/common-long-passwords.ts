import { dictionary } from '@zxcvbn-ts/language-common'

const LEAST = 15
/** What people and cracking rules put behind a word to make it long enough. */
const ENDINGS = [
  '123456789',
  '1234567890',
  '!!!!!!!!!',
  '2024!',
  '2025',
  '1990',
  '123!',
  '12345678',
  '.2026!',
  '111111',
]

/** The passwords of fifteen characters and more that are made first of the most common ones; the same list each time. */
export function commonLongPasswords(): string[] {
  const words = dictionary['passwords-common'].slice(0, 400).filter(word => /[a-z]/.test(word))
  const capitals = words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
  const made = [
    ...[...words, ...capitals].flatMap(word => ENDINGS.map(ending => word + ending)),
    ...words.flatMap(word => [2, 3, 4].map(times => word.repeat(times))),
    ...words.flatMap(word =>
      words.slice(0, 12).flatMap(other => [word + other, `${word}${other}1`, `${other}.${word}!`]),
    ),
    ...words
      .filter(word => /^[a-z]+$/.test(word))
      .map(word => `${word.replaceAll('a', '@').replaceAll('o', '0').replaceAll('e', '3')}12345678`),
  ]
  return [...new Set(made)].filter(password => password.length >= LEAST && password.length <= 20)
}
