import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../web/src/text/languages.ts'

const SOURCES = path.resolve(import.meta.dirname, '../../web/src')

type Entry = string | ((...values: string[]) => string | string[])

/** Every text of a catalogue by its path, such as `signIn.title`. */
function entriesOf(catalogue: object, prefix = ''): [string, Entry][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, Entry][] =>
    typeof value === 'object' ? entriesOf(value, `${prefix}${key}.`) : [[prefix + key, value]],
  )
}

const catalogues = await Promise.all(
  Object.entries(LANGUAGES).map(async ([code, { parts }]) => {
    const { text: pages } = await parts.pages()
    const { text: account } = await parts.account()
    const { text: admin } = await parts.admin()
    return [code, new Map(entriesOf({ ...pages, ...account, ...admin }))] as const
  }),
)
const [english, german] = [new Map(catalogues).get('en'), new Map(catalogues).get('de')]
if (!english || !german) throw new Error('English or German has no catalogue')

/** More than any text takes. */
const VALUES = ['<1>', '<2>', '<3>', '<4>']
const placeholdersOf = (entry: Entry | undefined) =>
  typeof entry === 'function' ? VALUES.filter(value => String(entry(...VALUES)).includes(value)) : []

describe.each(catalogues)('the texts in %s', (_, texts) => {
  test('are all there, and none is empty', () => {
    // The server says some of its sentences about fields itself, in English.
    const expected = texts === english ? [...german.keys()].filter(key => !isFieldProblem(key)) : german.keys()
    expect([...texts.keys()].filter(key => texts !== english || !isFieldProblem(key)).toSorted()).toEqual(
      [...expected].toSorted(),
    )
    for (const [key, entry] of texts) if (typeof entry === 'string') expect(entry.trim(), key).not.toBe('')
  })

  test('contain the same placeholders as the English ones', () => {
    for (const [key, entry] of english)
      expect([key, placeholdersOf(texts.get(key))]).toEqual([key, placeholdersOf(entry)])
  })
})

const isFieldProblem = (key: string) => key.startsWith('fieldProblems.')

test('every text is used by a page', async () => {
  const used = await usedPaths()
  const unused = [...english.keys()].filter(key => !partsOf(key).some(part => used.has(part)))
  expect(unused).toEqual([])
})

/** What the pages read: whole paths (`t.signIn.title`), or the record that they look something up in (`t.events[code]`). */
async function usedPaths(): Promise<Set<string>> {
  const used = new Set<string>()
  for await (const file of glob('**/*.{ts,tsx}', { cwd: SOURCES })) {
    if (file.startsWith('text/')) continue
    const source = await readFile(path.join(SOURCES, file), 'utf8')
    for (const [, names = '', from = ''] of source.matchAll(/const \{([^}]+)\} = t\.([\w.]+)/g))
      for (const name of names.split(',')) used.add(`${from}.${name.split(':')[0]?.trim()}`)
    for (const [, whole = ''] of source.replaceAll(/\} = t\.[\w.]+$/gm, '').matchAll(/\bt\.([\w.]+)/g)) used.add(whole)
  }
  return used
}

/** Of `a.b.c`: `a`, `a.b` and `a.b.c`. */
const partsOf = (key: string) => key.split('.').map((_, index, all) => all.slice(0, index + 1).join('.'))

test('Polish counts with the form that the number needs', async () => {
  const { text } = await LANGUAGES.pl.parts.account()
  expect([1, 2, 5, 12, 22].map(text.account.recoveryLeft)).toEqual([
    'Pozostał 1 kod.',
    'Pozostały 2 kody.',
    'Pozostało 5 kodów.',
    'Pozostało 12 kodów.',
    'Pozostały 22 kody.',
  ])
})
