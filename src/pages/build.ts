import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.resolve(import.meta.dirname, '../..')
const VITE = path.join(ROOT, 'node_modules/vite/bin/vite.js')
const DIST = path.join(ROOT, 'web/dist')
const CONFIG = path.join(ROOT, 'web/vite.config.ts')
/** Beside what is served, so that it is not. */
const MARK = path.join(DIST, 'sources.sha256')

/** The lockfile stands for the packages that go into the pages. */
const SOURCES = ['web/index.html', 'web/vite.config.ts', 'web/src/**/*.*', 'package-lock.json']

export class PagesNotBuilt extends Error {
  override readonly name = 'PagesNotBuilt'
}

/**
 * Builds web/ into web/dist where the sources are not those of the last build (docs/decisions/0016). The builder runs in a process of
 * its own, whose memory goes with it.
 * @returns what the operator should read, if there is anything
 * @throws PagesNotBuilt
 */
export const preparePages = async (): Promise<string | undefined> => {
  const sources = await hashOfSources()
  if (sources === (await hashOfBuild())) return undefined
  if (existsSync(VITE)) return build(sources)
  if (existsSync(MARK))
    return 'The pages in web/dist are older than their sources, and Vite is not installed to build them anew.'
  return 'No pages: web/dist is missing and Vite is not installed. Run `npm ci && npm run build`; until then there is only the API.'
}

const hashOfSources = async () => {
  const files: string[] = []
  for await (const file of glob(SOURCES, { cwd: ROOT })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(path.join(ROOT, file)))
  return hash.digest('hex')
}

const hashOfBuild = () => readFile(MARK, 'utf8').catch(() => undefined)

/** Into a folder of its own first: a server that runs meanwhile never sees half a build. */
const build = async (sources: string) => {
  const fresh = `${DIST}.${process.pid}`
  const args = [VITE, 'build', '--config', CONFIG, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
  await promisify(execFile)(process.execPath, args, { cwd: ROOT }).catch((error: { stderr?: string }) => {
    throw new PagesNotBuilt(`The pages cannot be built: ${error.stderr?.trim() || error}`)
  })
  await writeFile(path.join(fresh, path.basename(MARK)), sources)
  await rm(DIST, { recursive: true, force: true })
  await rename(fresh, DIST)
  return 'built the pages into web/dist'
}

// `npm run build`
if (import.meta.main) await preparePages()
