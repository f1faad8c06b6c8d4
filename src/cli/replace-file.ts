import { randomUUID } from 'node:crypto'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { Refusal } from './refusal.ts'

const PRIVATE = 0o600
/** Owner and group: what is replaced holds secrets (ASVS 13.3.2). */
const PERMISSIONS = 0o770

/**
 * Replaces a file at once: whoever reads it sees the old or the new text, also after a crash. Owner and mode stay, but nobody else may read it.
 * The lock is that of configs/env/file.ts, so a start and a command never write at the same time.
 */
export async function replaceFile(path: string, edit: (text: string) => string): Promise<void> {
  const lock = `${path}.lock`
  await takeLock(lock)
  try {
    // A link stays a link: what it points to is replaced.
    const target = await realpath(path)
    await writeBeside(target, edit(await readFile(target, 'utf8')))
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

async function writeBeside(target: string, text: string) {
  const draft = `${target}.${randomUUID()}`
  try {
    await writeDraft(draft, text, await stat(target))
    await rename(draft, target)
  } finally {
    await rm(draft, { force: true })
  }
}

async function writeDraft(draft: string, text: string, like: { mode: number; uid: number; gid: number }) {
  const file = await open(draft, 'wx', PRIVATE)
  try {
    await file.writeFile(text)
    await file.chown(like.uid, like.gid)
    await file.chmod(like.mode & PERMISSIONS)
    await file.sync()
  } finally {
    await file.close()
  }
}

function readable(error: unknown, path: string) {
  return codeOf(error) === undefined
    ? error
    : new Refusal(`${path} cannot be written (${codeOf(error)}). Run this as the user who owns it.`)
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)
