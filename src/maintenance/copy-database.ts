import { randomUUID } from 'node:crypto'
import { link, open, rm, stat } from 'node:fs/promises'
import { DamagedFile, withFile } from './sqlite-file.ts'

const OWNER_ONLY = 0o600

/**
 * Writes a copy of a SQLite database to a new file, beside a running server. The copy is whole, of one moment, and without free pages
 * (sqlite.org/lang_vacuum.html#vacuuminto).
 * @returns its size in bytes
 * @throws DamagedFile where the copy is not whole; an error with the code EEXIST where there is such a file
 */
export async function copyDatabase(source: string, target: string): Promise<number> {
  const draft = `${target}.${randomUUID()}`
  await createPrivateFile(draft)
  try {
    await withFile(source, { write: false }, async ask => {
      const [setting] = await ask<{ auto_vacuum: number }>('PRAGMA auto_vacuum')
      if (setting?.auto_vacuum === 0) await ask('PRAGMA auto_vacuum = INCREMENTAL')
      await ask('VACUUM INTO ?', draft)
    })
    await demandWhole(draft)
    await syncFile(draft)
    // Unlike a rename, replaces nothing.
    await link(draft, target)
    return (await stat(target)).size
  } finally {
    await rm(draft, { force: true })
  }
}

/** @throws DamagedFile */
export async function demandWhole(file: string): Promise<void> {
  await withFile(file, { write: false }, async ask => {
    const [row] = await ask<{ integrity_check: string }>('PRAGMA integrity_check(1)')
    if (row?.integrity_check !== 'ok')
      throw new DamagedFile(file, row?.integrity_check.replaceAll(/\s+/g, ' ') ?? 'no answer')
  })
}

/** SQLite does not wait for the disk when it writes a copy. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function createPrivateFile(file: string) {
  await (await open(file, 'wx', OWNER_ONLY)).close()
}
