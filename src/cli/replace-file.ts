import { open, readFile, rm, stat } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { codeOf } from '../error-code.ts'
import { Refusal } from './refusal.ts'

const PRIVATE = 0o600
/** Owner and group: what is replaced holds secrets (ASVS 13.3.2). */
const PERMISSIONS = 0o770

/**
 * Replaces a file, or the file that a link points to, at once: every reader sees the old or the new text, also after a crash. Owner and
 * mode stay, but nobody else may read it. The lock is that of configs/env/file.ts, so a start and a command never write at the same time.
 */
export async function replaceFile(path: string, edit: (text: string) => string): Promise<void> {
  const lock = `${path}.lock`
  await takeLock(lock)
  try {
    const { mode, uid } = await stat(path)
    // Otherwise the new file would belong to this user, and the server could not read it.
    if (!mayKeepOwner(uid)) throw unwritable(path, 'EPERM')
    await writeFileAtomic(path, edit(await readFile(path, 'utf8')), { mode: mode & PERMISSIONS })
  } catch (error) {
    throw readable(error, path)
  } finally {
    await rm(lock, { force: true })
  }
}

async function takeLock(lock: string) {
  try {
    await (await open(lock, 'wx', PRIVATE)).close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw readable(error, lock)
    throw new Refusal(`${lock} is held by another command or start. If there is none, delete that file.`)
  }
}

function mayKeepOwner(owner: number): boolean {
  const self = process.getuid?.() ?? owner
  return self === owner || self === 0
}

function readable(error: unknown, path: string) {
  const code = codeOf(error)
  return code === undefined ? error : unwritable(path, code)
}

function unwritable(path: string, code: unknown) {
  return new Refusal(`${path} cannot be written (${code}). Run this as the user who owns it.`)
}
