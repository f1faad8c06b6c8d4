import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { PROBLEM_CODES } from '../../src/problem.ts'

test('docs/problems.md lists every code, once, and no other', async () => {
  const page = await readFile('docs/problems.md', 'utf8')
  const documented = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code)
  expect(documented.sort()).toEqual([...PROBLEM_CODES].sort())
})
