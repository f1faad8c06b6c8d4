import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { loadEnv } from '../../configs/env.ts'
import { PASSWORD_STRENGTH_LIMIT } from '../../configs/limiter.ts'
import { END_REASONS } from '../../models/session.ts'
import { DEVICE_LIFETIME, MOST_DEVICES, TRUST_LIFETIME } from '../../src/devices/devices.ts'
import { FIRST_WAIT_AT, LONGEST_WAIT, MOST_FAILURES, SHORTEST_WAIT, waitAfter } from '../../src/factors/failures.ts'
import { BREACH_TIMEOUT } from '../../src/passwords/breached.ts'
import { judgePassword } from '../../src/passwords/policy.ts'

const UNITS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }
const page = await readFile('docs/security.md', 'utf8')

/** The last cell of the table row that begins with these words: a number, or a duration in milliseconds. */
function numberOf(label: string): number {
  const row = page.split('\n').find(line => line.startsWith(`| ${label} `))
  const cell = row?.split('|').at(-2)?.trim() ?? ''
  const [, count = '', unit] = /^(\d+)(?: (second|minute|hour|day)s?)?$/.exec(cell) ?? []
  return Number(count || Number.NaN) * (unit ? UNITS[unit as keyof typeof UNITS] : 1)
}

test('6.1.1 2.1.3 docs/security.md has the defaults of every limit that can be set', () => {
  const env = loadEnv({
    NODE_ENV: 'test',
    SESSION_SECRET: 'abcdefghijklmnopqrstuvwxyz0123456789',
    ENCRYPTION_KEYS: 'zyxwvutsrqponmlkjihgfedcba0123456789',
  })
  const names = Object.keys(env).filter(name => name.includes('_LIMIT_') || name === 'HASH_QUEUE')
  expect(names.length).toBeGreaterThan(5)
  for (const name of names) expect(numberOf(`\`${name}\``), name).toBe(env[name as 'HASH_QUEUE'])
})

test.each([
  ['consecutive failures before the first wait', FIRST_WAIT_AT],
  ['first wait, doubled by each further failure', SHORTEST_WAIT],
  ['longest wait', LONGEST_WAIT],
  ['consecutive failures that disable the authenticator', MOST_FAILURES],
  ['a browser is known after a sign-in for', DEVICE_LIFETIME],
  ['a browser replaces the second factor for', TRUST_LIFETIME],
  ['known devices of one user', MOST_DEVICES],
  ['password strength checks (`/auth/password-strength`) from one client in the window', PASSWORD_STRENGTH_LIMIT],
  ['time for the breached-password service to answer', BREACH_TIMEOUT],
])('6.1.1 docs/security.md has the number of the code: %s', (label, value) => {
  expect(numberOf(label)).toBe(value)
})

test('6.1.1 a hundred failures take as long as docs/security.md says', () => {
  const waits = Array.from({ length: MOST_FAILURES - 1 }, (_, at) => waitAfter(at + 1))
  const inDays = waits.reduce((sum, wait) => sum + wait, 0) / UNITS.day
  expect(inDays).toBeGreaterThan(3.5)
  expect(inDays).toBeLessThan(4)
  expect(page).toContain('three and a half days of waits')
})

test('docs/security.md names every reason for which a session ends', () => {
  const [, listed = ''] = /Reasons for an end: ([^.]*)\./.exec(page) ?? []
  expect([...listed.matchAll(/`([\w-]+)`/g)].map(match => match[1]).toSorted()).toEqual([...END_REASONS].toSorted())
})

test('docs/security.md names every rule for a new password', () => {
  const context = { siteName: 'Latchkey', email: 'ada@example.org' }
  const broken = ['x', 'x'.repeat(129), '\ud800', 'passwordpassword', 'latchkeylatchkey']
  const codes = broken.flatMap(password => judgePassword(password, context).violations).map(({ code }) => code)
  for (const code of new Set([...codes, 'breached'])) expect(page).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, 'm'))
  expect(new Set(codes).size).toBe(6)
})
