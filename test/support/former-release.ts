import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

export type FormerRelease = Awaited<ReturnType<typeof checkOutFormerRelease>>

/**
 * The release before this code that has fewer migrations: the newest tag, or without such a tag the commit before the newest migration.
 * @throws Error if the history of this checkout does not reach back to it
 */
export async function checkOutFormerRelease() {
  const commit = await formerCommit().catch((cause: Error) => {
    throw new Error(
      `The former release is not in this checkout. Use a clone with its history (git fetch --unshallow --tags). ${cause.message}`,
    )
  })
  const directory = await mkdtemp(path.join(tmpdir(), 'latchkey-former-'))
  const archive = path.join(directory, 'former.tar')
  await git('archive', `--output=${archive}`, commit)
  await run('tar', ['xf', archive, '-C', directory])
  // Its pages are not what is tested.
  await cp(path.join(ROOT, 'web/dist'), path.join(directory, 'web/dist'), { recursive: true })
  await symlink(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'))
  return {
    commit,
    server: path.join(directory, 'src/main.js'),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

async function formerCommit(): Promise<string> {
  const present = await migrationsOf('HEAD')
  for (const tag of lines(await git('tag', '--merged', 'HEAD', '--sort=-creatordate')))
    if ((await migrationsOf(tag)).length < present.length) return await git('rev-parse', `${tag}^{commit}`)
  const newest = await git('log', '-1', '--diff-filter=A', '--format=%H', '--', `migrations/${present.at(-1)}`)
  return await git('rev-parse', '--verify', `${newest}^`)
}

async function migrationsOf(commit: string): Promise<string[]> {
  return lines(await git('ls-tree', '--name-only', `${commit}:migrations`)).toSorted()
}

const lines = (text: string) => text.split('\n').filter(Boolean)

async function git(...args: string[]): Promise<string> {
  return (await run('git', args, { cwd: ROOT })).stdout.trim()
}
