import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { asvsDocument, DOCUMENT, testsById } from './asvs/document.ts'
import { REQUIREMENTS } from './asvs/requirements.ts'
import { WITHOUT_TEST } from './asvs/without-test.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

test('every row that applies has a test that carries its id, or says why not', async () => {
  const tests = await testsById()
  const silent = REQUIREMENTS.map(([id]) => id).filter(id => !tests.has(id) && !WITHOUT_TEST[id])
  expect(silent).toEqual([])
})

test('no row says why it has no test although it has one, or although it does not apply', async () => {
  const tests = await testsById()
  const applying = new Set(REQUIREMENTS.map(([id]) => id))
  expect(Object.keys(WITHOUT_TEST).filter(id => tests.has(id) || !applying.has(id))).toEqual([])
})

test('the places that are named exist', () => {
  const places = Object.values(WITHOUT_TEST).flatMap(each => (each.kind === 'not met' ? [] : [each.where]))
  expect(places.filter(place => !existsSync(path.join(ROOT, place)))).toEqual([])
})

test('docs/asvs.md is what `npm run docs:asvs` writes', async () => {
  expect(await readFile(DOCUMENT, 'utf8')).toBe(await asvsDocument())
})
