import { randomUUID } from 'node:crypto'
import { link, open, rm, stat } from 'node:fs/promises'
import { DamagedFile, withFile } from './sqlite-file.ts'

const OWNER_ONLY = 0o600

/**
 * Works beside a running server (sqlite.org/lang_vacuum.html#vacuuminto). @returns bytes
 * @throws DamagedFile; EEXIST if the target exists
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
    // Unlike a rename, fails if the target exists.
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

/** SQLite does not flush a copy to disk. */
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
