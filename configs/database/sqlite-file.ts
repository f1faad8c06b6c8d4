import { stat } from 'node:fs/promises'
import { DatabaseError } from 'sequelize'
import { seconds } from '../../src/durations.ts'
import type { Damage } from './driver.ts'

const LOOK_EVERY = seconds(1)

/** SQLite does not notice that its file was deleted or replaced, and later writes are lost. */
export async function watchFile(file: string) {
  const opened = { [file]: await identityOf(file), [`${file}-wal`]: await identityOf(`${file}-wal`) }
  let loss: Damage | undefined
  let isCorrupt = false

  async function look() {
    let found: Damage | undefined
    for (const [path, identity] of Object.entries(opened)) {
      const now = await identityOf(path)
      // The first write may create the log.
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
    /** @throws DatabaseError if the write would be lost or spread the damage */
    refuseWrites() {
      const found = damage()
      if (found) throw new DatabaseError(Object.assign(new Error(found), { code: CODES[found], sql: '' }))
    },
    /** A damaged page may also just hide rows, without an error. */
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

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  const { code, original }: Error & { code?: unknown; original?: unknown } = error
  return code ?? codeOf(original)
}
