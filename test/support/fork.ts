import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = path.resolve(import.meta.dirname, '../..')
const GUIDE = 'docs/extending.md'

/** A block of the guide, and the file that the sentence before it names. */
type Block = { act: 'create' | 'insert'; file: string; below: string; code: string }

export type Fork = Awaited<ReturnType<typeof makeFork>>

/** A copy of this checkout, with a repository of its own, in which docs/extending.md was followed to the letter. */
export async function makeFork() {
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-fork-'))
  const files = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const file of [...files.stdout.trim().split('\n'), 'web/dist'])
    await cp(path.join(ROOT, file), path.join(directory, file), { recursive: true, force: true }).catch(ignoreMissing)
  await symlink(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
  await run('git', ['init', '--quiet'], { cwd: directory })
  const blocks = blocksOf(await readFile(path.join(directory, GUIDE), 'utf8'))
  for (const block of blocks) await paste(directory, block)
  return { directory, blocks, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** Deleted, and not yet so in git. */
function ignoreMissing(error: NodeJS.ErrnoException) {
  if (error.code !== 'ENOENT') throw error
}

/** Blocks below a sentence that names a file; the others are only to be read. */
function blocksOf(guide: string): Block[] {
  return [...guide.matchAll(/([^\n]+)\n\n```ts\n([\s\S]*?)```/g)].flatMap(([, sentence = '', code = '']) => {
    const file = /(?:Create|Replace|in) `([^`]+)`/.exec(sentence)?.[1]
    const below = /below `([^`]+)`/.exec(sentence)?.[1] ?? ''
    return file ? [{ act: below ? ('insert' as const) : ('create' as const), file, below, code }] : []
  })
}

async function paste(directory: string, { act, file, below, code }: Block) {
  const at = path.join(directory, file)
  if (act === 'create') {
    await mkdir(path.dirname(at), { recursive: true })
    return writeFile(at, code)
  }
  const lines = (await readFile(at, 'utf8')).split('\n')
  const line = lines.findIndex(each => each.startsWith(below))
  if (line < 0) throw new Error(`${file} has no line that starts with ${below}`)
  return writeFile(at, lines.toSpliced(line + 1, 0, code.trimEnd()).join('\n'))
}
