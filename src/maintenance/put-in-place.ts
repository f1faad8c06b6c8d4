import { randomUUID } from 'node:crypto'
import { chmod, constants, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { demandWhole, syncFile } from './copy-database.ts'
import { DamagedFile, withFile } from './sqlite-file.ts'

const OWNER_ONLY = 0o600

/**
 * Replaces the database atomically. @param prepare changes the copy first
 * @throws FileInUse if another process has the database open; DamagedFile
 */
export async function putInPlace(backup: string, target: string, prepare: (copy: string) => Promise<void>) {
  await mkdir(path.dirname(target), { recursive: true })
  await demandWhole(backup)
  await demandLatchkey(backup)
  const copy = `${target}.${randomUUID()}`
  try {
    await copyFile(backup, copy, constants.COPYFILE_EXCL)
    await chmod(copy, OWNER_ONLY)
    await whileNobodyUses(target, async () => {
      await prepare(copy)
      await syncFile(copy)
      // First, because SQLite would replay the old log.
      await removeLogs(target)
      await rename(copy, target)
      await syncDirectory(path.dirname(target))
    })
  } finally {
    await rm(copy, { force: true })
    await removeLogs(copy)
  }
}

async function demandLatchkey(file: string) {
  await withFile(file, { write: false }, async ask => {
    const tables = await ask(`SELECT 1 FROM "sqlite_master" WHERE "name" = 'Migrations'`)
    if (tables.length === 0) throw new DamagedFile(file, 'there is no table of migrations')
  })
}

/** Leaving WAL fails while another process has the file open, and removes the old log. */
async function whileNobodyUses(file: string, work: () => Promise<void>) {
  if (!(await exists(file))) return work()
  await withFile(file, { write: true }, async ask => {
    await ask('PRAGMA busy_timeout = 0')
    await ask('PRAGMA journal_mode = DELETE')
    await ask('BEGIN EXCLUSIVE')
    await work()
  })
}

async function exists(file: string) {
  return (await stat(file).catch(() => undefined)) !== undefined
}

async function removeLogs(file: string) {
  for (const suffix of ['-wal', '-shm', '-journal']) await rm(`${file}${suffix}`, { force: true })
}

async function syncDirectory(directory: string) {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
