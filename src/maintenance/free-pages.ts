import type { Database } from '../../configs/database.ts'
import { inBatches } from '../jobs.ts'

const BATCH = 200
const KEEP_SHARE = 0.1
const KEEP_PAGES = 1000

/** In small batches. Files created by 0.1.0 lack the setting for it (docs/backup.md). */
export function createPageRelease(database: Database): (signal: AbortSignal) => Promise<number> {
  if (database.dialect === 'postgres') return async () => 0
  const state = database.statement(STATE)
  const release = database.statement(`PRAGMA incremental_vacuum(${BATCH})`)

  async function batch() {
    const [found] = await state.all<{ mode: number; free: number; pages: number }>()
    if (found?.mode !== INCREMENTAL || found.free <= Math.max(found.pages * KEEP_SHARE, KEEP_PAGES)) return 0
    await release.all()
    return BATCH
  }

  return signal => inBatches(BATCH, batch, signal)
}

const INCREMENTAL = 2
const STATE = `
  SELECT "auto_vacuum" AS "mode", "freelist_count" AS "free", "page_count" AS "pages"
    FROM pragma_auto_vacuum, pragma_freelist_count, pragma_page_count`
