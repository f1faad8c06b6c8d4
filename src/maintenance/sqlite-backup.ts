import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { createPrivateFile, publishFile, syncFile } from './files.ts'
import { DamagedFile, withFile } from './sqlite-file.ts'

/**
 * Copies the database beside a running server (sqlite.org/lang_vacuum.html#vacuuminto).
 * @returns bytes
 * @throws DamagedFile; EEXIST if the target exists and `replace` is false
 */
export async function backUpSqlite(source: string, target: string, options: { replace: boolean }): Promise<number> {
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
    await publishFile(draft, target, options)
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
