import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { REQUIREMENTS } from './requirements.ts'
import { WITHOUT_TEST } from './without-test.ts'

const TESTS = path.resolve(import.meta.dirname, '../..')
export const DOCUMENT = path.resolve(TESTS, '../docs/asvs.md')

/** A title that begins with ids, in quotes: `'7.4.1 7.4.3 a session ...'`. */
const TITLE = /(['"`])((?:\d{1,2}\.\d{1,2}\.\d{1,2} )+)((?:(?!\1)[^\n])*)\1/g

/** Files whose ids are clauses of NIST SP 800-63B-4, which look the same. */
const NIST = new Set(['brute-force.test.ts'])

/** The tests that carry each id, as `file: title`. */
export async function testsById(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const file of (await readdir(TESTS, { recursive: true })).filter(isTest).sort()) {
    const source = await readFile(path.join(TESTS, file), 'utf8')
    for (const [, , ids = '', title = ''] of source.matchAll(TITLE))
      for (const id of ids.trim().split(' ')) found.set(id, [...(found.get(id) ?? []), `${file}: ${title.trim()}`])
  }
  return found
}

function isTest(file: string): boolean {
  return /\.(test|browser|faults)\.ts$/.test(file) && !NIST.has(file)
}

/** docs/asvs.md, from the names of the tests and from what is said of rows without one. */
export async function asvsDocument(): Promise<string> {
  const tests = await testsById()
  const rows = REQUIREMENTS.map(([id, level, requirement]) => {
    const { status, evidence } = evidenceOf(id, tests.get(id))
    return { status, line: `| ${id} | ${level} | ${requirement} | ${status} | ${evidence} |` }
  })
  const count = (status: string) => rows.filter(row => row.status === status).length
  return `# OWASP ASVS 5.0.0

The ${rows.length} rows that apply to Latchkey: ${count('test')} are shown by tests that carry their id, ${count('design')} hold by design, ${count('operator')} are the operator's part, and ${count('not met')} are not met.
\`npm run docs:asvs\` writes this page from the names of the tests; a test fails where they differ.

| id | level | requirement | how | evidence |
|---|---|---|---|---|
${rows.map(({ line }) => line).join('\n')}
`
}

function evidenceOf(id: string, tests: string[] | undefined) {
  if (tests?.[0]) {
    const more = tests.length > 1 ? ` (and ${tests.length - 1} more)` : ''
    return { status: 'test', evidence: `test/${escaped(tests[0])}${more}` }
  }
  const other = WITHOUT_TEST[id]
  if (!other) return { status: 'nothing', evidence: '' }
  return { status: other.kind, evidence: other.kind === 'not met' ? other.why : `${other.why} (${other.where})` }
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}

// `npm run docs:asvs`
if (import.meta.main) await writeFile(DOCUMENT, await asvsDocument())
