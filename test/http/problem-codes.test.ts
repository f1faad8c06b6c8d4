import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { PROBLEMS } from '../../src/problem.ts'
import { type HttpProblem, problems } from '../../src/problems.ts'

const page = await readFile('docs/problems.md', 'utf8')

/** Each row of the table: the code and its statuses. */
const documented = [...page.matchAll(/^\| `(\w+)` +\| ([^|]+)\|/gm)].flatMap(([, code, statuses = '']) =>
  [...statuses.matchAll(/\d{3}/g)].map(([status]) => `${code} ${status}`),
)

/** Arguments of the members that need some. */
const SAMPLES: { [Name in keyof typeof problems]?: Parameters<(typeof problems)[Name]> } = {
  invalid: [[{ pointer: '#/name', detail: 'Required.', code: 'invalid_type' }]],
  crossSiteRequest: ['Origin', 'https://example.org', 'https://example.com'],
  authorityMissing: [['users:write']],
  ambiguousRequest: ['The proxy must send x-forwarded-uri exactly once.'],
  applicationRefused: ['The application is not open at this path.'],
  notReady: ['unmigrated'],
  signInWayDisabled: ['email', ['password']],
}

const refusals = Object.entries(problems).map(([name, create]) => {
  const samples: Record<string, readonly unknown[]> = SAMPLES
  return (create as (...values: unknown[]) => HttpProblem)(...(samples[name] ?? []))
})

test('docs/problems.md lists every code once, and no other', () => {
  const codes = [...page.matchAll(/^\| `(\w+)` +\| \d/gm)].map(([, code]) => code)
  expect(codes.sort()).toEqual(Object.keys(PROBLEMS).sort())
})

test('every refusal has a documented code and status, and every documented one can happen', () => {
  const possible = new Set(refusals.map(({ code, status }) => `${code} ${status}`))
  expect([...possible].sort()).toEqual(documented.sort())
})

test('every refusal says in sentences what to do', () => {
  for (const { message } of refusals) expect(message).toMatch(/^\S.{15,}\.$/s)
})
