import { chmod, constants, copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { OWNER_ONLY, stampOf, syncDirectory, syncFile } from './files.ts'
import { DatabaseInUse, type Place, type Scratch } from './scratch.ts'
import { demandWhole } from './sqlite-backup.ts'
import { DamagedFile, FileInUse, withFile } from './sqlite-file.ts'

/** @param target path of the database, which may be absent */
export function sqlitePlace(target: string): Place {
  return {
    name: target,
    demandUnused: () => whileNobodyUses(target, async () => {}),
    load: backup => loadFile(backup, target),
  }
}

async function loadFile(backup: string, target: string): Promise<Scratch> {
  const stamp = stampOf(new Date())
  const copy = `${target}.restore-${stamp}`
  await mkdir(path.dirname(target), { recursive: true })
  async function discard() {
    await rm(copy, { force: true })
    await removeLogs(copy)
  }

  async function putInPlace() {
    const kept = (await exists(target)) ? `${target}.before-${stamp}` : undefined
    await leaveWal(copy)
    await syncFile(copy)
    await whileNobodyUses(target, async () => {
      // First, because SQLite would apply an old log to the new file.
      await removeLogs(target)
      if (kept) await link(target, kept)
      await rename(copy, target)
      await syncDirectory(path.dirname(target))
    })
    return { kept, notCopied: [] }
  }

  try {
    await copyFile(backup, copy, constants.COPYFILE_EXCL)
    await chmod(copy, OWNER_ONLY)
    await demandWhole(copy)
    await demandLatchkey(copy)
  } catch (error) {
    await discard()
    throw error instanceof DamagedFile ? new DamagedFile(backup, error.what) : error
  }
  return { url: `sqlite:${copy}`, putInPlace, discard }
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
  }).catch(error => {
    throw error instanceof FileInUse ? new DatabaseInUse(`Another process has ${file} open.`) : error
  })
}

/** Moves what is left in the log into the file. */
async function leaveWal(file: string) {
  await withFile(file, { write: true }, ask => ask('PRAGMA journal_mode = DELETE'))
}

async function exists(file: string) {
  return (await stat(file).catch(() => undefined)) !== undefined
}

async function removeLogs(file: string) {
  for (const suffix of ['-wal', '-shm', '-journal']) await rm(`${file}${suffix}`, { force: true })
}
