import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { withFolder } from './scratch.ts'
import { median } from './statistics.ts'

const COMMITS = 31

/** Milliseconds of one committed and synced SQLite write where the bench keeps its databases: stock settings pay it per request. */
export function syncedCommit(): Promise<number> {
  return withFolder(folder => {
    const database = new DatabaseSync(join(folder, 'disk.sqlite'))
    database.exec('CREATE TABLE "entries" ("value" INTEGER)')
    const insert = database.prepare('INSERT INTO "entries" VALUES (1)')
    const timed = Array.from({ length: COMMITS }, () => {
      const started = performance.now()
      insert.run()
      return performance.now() - started
    })
    database.close()
    return Promise.resolve(median(timed))
  })
}
