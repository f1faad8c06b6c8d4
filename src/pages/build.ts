import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const PROJECT = path.resolve(import.meta.dirname, '../..')
const MARK = 'sources.sha256'

const BESIDE = ['web/index.html', 'web/vite.config.ts', 'package-lock.json']

export class PagesNotBuilt extends Error {
  override readonly name = 'PagesNotBuilt'
}

/** Builds web/ if its sources changed (docs/decisions/0016). @throws PagesNotBuilt */
export async function preparePages(project = PROJECT): Promise<string | undefined> {
  const sources = await hashOfSources(project)
  const built = await readFile(path.join(project, 'web/dist', MARK), 'utf8').catch(() => undefined)
  if (sources === built) return undefined
  if (existsSync(builderOf(project))) return build(project, sources)
  return built === undefined
    ? 'No pages: web/dist is missing, and Vite is not installed to build them (npm ci && npm run build). There is only the API.'
    : 'The pages in web/dist are older than their sources, and Vite is not installed to rebuild them.'
}

const builderOf = (project: string) => path.join(project, 'node_modules/vite/bin/vite.js')

async function hashOfSources(project: string) {
  const entries = await readdir(path.join(project, 'web/src'), { recursive: true, withFileTypes: true })
  const files = entries.filter(each => each.isFile()).map(each => path.join(each.parentPath, each.name))
  const beside = BESIDE.map(file => path.join(project, file)).filter(existsSync)
  const hash = createHash('sha256')
  for (const file of [...files, ...beside].sort())
    hash.update(`${path.relative(project, file)}\0`).update(await readFile(file))
  return hash.digest('hex')
}

/** In its own folder first, so that a running server never sees half a build. */
async function build(project: string, sources: string) {
  const dist = path.join(project, 'web/dist')
  const fresh = `${dist}.${process.pid}`
  const config = path.join(project, 'web/vite.config.ts')
  const options = ['--config', config, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
  const run = promisify(execFile)(process.execPath, [builderOf(project), 'build', ...options], { cwd: project })
  await run.catch(async (error: { stderr?: string }) => {
    await rm(fresh, { recursive: true, force: true })
    throw new PagesNotBuilt(`The pages cannot be built: ${error.stderr?.trim() || error}`)
  })
  await writeFile(path.join(fresh, MARK), sources)
  await rm(dist, { recursive: true, force: true })
  await rename(fresh, dist)
  return 'Built the pages into web/dist'
}

// `npm run build`
if (import.meta.main) await preparePages()
