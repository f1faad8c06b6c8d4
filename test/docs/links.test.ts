import { globSync } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PAGES = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: ROOT })

const proseOf = async (page: string) => (await readFile(path.join(ROOT, page), 'utf8')).replace(/```.*?```/gs, '')

/** The anchors that GitHub gives the headings of a page. */
async function anchorsOf(page: string) {
  const headings = (await proseOf(page)).matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

async function isBroken(page: string, link: string) {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : path.join(path.dirname(page), file)
  const exists = await access(path.join(ROOT, target)).then(
    () => true,
    () => false,
  )
  return !exists || (anchor !== undefined && !(await anchorsOf(target)).includes(anchor))
}

test.each(PAGES)('every link of %s leads to a file of the repository, and to a heading in it', async page => {
  const links = [...(await proseOf(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = await Promise.all(links.map(link => isBroken(page, link)))
  expect(links.filter((_, index) => broken[index])).toEqual([])
})
