import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { withFolder } from './scratch.ts'
import { median } from './statistics.ts'

const COMMITS = 500

/** Prints what one committed write costs with each value of SQLITE_SYNCHRONOUS, in ms, on the disk of this folder. */
await withFolder(folder => {
  for (const synchronous of ['FULL', 'NORMAL']) {
    const database = new DatabaseSync(path.join(folder, `${synchronous}.sqlite`))
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; CREATE TABLE "entries" ("value" TEXT)`,
    )
    const insert = database.prepare('INSERT INTO "entries" VALUES (hex(randomblob(200)))')
    const timed = Array.from({ length: COMMITS }, () => {
      const started = performance.now()
      insert.run()
      return performance.now() - started
    })
    database.close()
    console.log(`${synchronous}: ${median(timed).toFixed(3)} ms a commit`)
  }
  return Promise.resolve()
})
