import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { preparePages } from '../../src/pages/build.ts'

/** A project with the smallest page there is. */
let project: string
beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'latchkey-pages-'))
  await mkdir(path.join(project, 'web/src'), { recursive: true })
  await write('web/vite.config.ts', `export default { root: import.meta.dirname }`)
  await write('web/index.html', `<title>page</title><script type="module" src="./src/main.ts"></script>`)
  await write('web/src/main.ts', `document.title = 'first'`)
})
afterEach(() => rm(project, { recursive: true, force: true }))

const write = (file: string, text: string) => writeFile(path.join(project, file), text)
const page = () => readFile(path.join(project, 'web/dist/index.html'), 'utf8')
function installVite() {
  return symlink(path.resolve(import.meta.dirname, '../../node_modules'), path.join(project, 'node_modules'))
}
const removeVite = () => rm(path.join(project, 'node_modules'))

test('the pages are built once, and again when a source changed', async () => {
  await installVite()
  expect(await preparePages(project)).toBe('Built the pages into web/dist')
  const first = await page()
  const { ino } = await stat(path.join(project, 'web/dist'))
  expect(await preparePages(project)).toBeUndefined()
  expect((await stat(path.join(project, 'web/dist'))).ino).toBe(ino)
  await write('web/src/main.ts', `document.title = 'second'`)
  expect(await preparePages(project)).toBe('Built the pages into web/dist')
  expect(await page()).not.toBe(first)
})

test('what cannot be built is said, and the pages that there are stay', async () => {
  await installVite()
  await preparePages(project)
  const before = await page()
  await write('web/src/main.ts', 'this is no script')
  await expect(preparePages(project)).rejects.toThrow(/^The pages cannot be built: /)
  expect(await page()).toBe(before)
})

test('without Vite a build is served as it is, and a missing or old one is said in one line', async () => {
  expect(await preparePages(project)).toMatch(/^No pages: .*npm run build/)
  await installVite()
  await preparePages(project)
  await removeVite()
  expect(await preparePages(project)).toBeUndefined()
  await write('web/src/main.ts', `document.title = 'third'`)
  expect(await preparePages(project)).toMatch(/^The pages in web\/dist are older/)
})
