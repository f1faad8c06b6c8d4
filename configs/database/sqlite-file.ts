import { stat } from 'node:fs/promises'
import { DatabaseError } from 'sequelize'
import { seconds } from '../../src/durations.ts'
import type { Damage } from './driver.ts'

const LOOK_EVERY = seconds(1)

/**
 * Watches for what SQLite itself does not notice: that its file, or the write-ahead log beside it, was deleted or replaced. It would go on
 * in a file without a name, and all of that would be gone at the end of the process.
 */
export async function watchFile(file: string) {
  const opened = { [file]: await identityOf(file), [`${file}-wal`]: await identityOf(`${file}-wal`) }
  let loss: Damage | undefined
  let isCorrupt = false

  async function look() {
    let found: Damage | undefined
    for (const [path, identity] of Object.entries(opened)) {
      const now = await identityOf(path)
      // The log may be made only by the first write.
      opened[path] ??= now
      if (identity !== undefined && now === undefined) found = 'file-deleted'
      else if (identity !== undefined && now !== identity) found = 'file-replaced'
    }
    loss = found
  }

  const timer = setInterval(() => void look(), LOOK_EVERY).unref()

  const damage = () => loss ?? (isCorrupt ? 'corrupt' : undefined)

  return {
    damage,
    /** @throws DatabaseError where what is written would be lost, or make the damage worse */
    refuseWrites() {
      const found = damage()
      if (found) throw new DatabaseError(Object.assign(new Error(found), { code: CODES[found], sql: '' }))
    },
    /** Remembers that a page is damaged. Not all that is on it shows as an error: an entry of an index may just be missing. */
    note(error: unknown) {
      if (codeOf(error) === 'SQLITE_CORRUPT' || codeOf(error) === 'SQLITE_NOTADB') isCorrupt = true
    },
    close: () => clearInterval(timer),
  }
}

const CODES: Record<Damage, string> = {
  corrupt: 'SQLITE_CORRUPT',
  'file-deleted': 'SQLITE_READONLY_DBMOVED',
  'file-replaced': 'SQLITE_READONLY_DBMOVED',
}

/** @returns undefined where there is no such file */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

/** Sequelize wraps the error of the driver. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  const { code, original }: Error & { code?: unknown; original?: unknown } = error
  return code ?? codeOf(original)
}
