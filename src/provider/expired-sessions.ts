import type { Database } from '../../configs/database.ts'
import type { Logger } from '../../configs/logger.ts'
import { minutes, seconds } from '../durations.ts'
import { inBatches, type Job, startJob } from '../jobs.ts'

const EVERY = seconds(5)
const BATCH = 100
/** For what is written about a session as it ends. */
const OVERLAP = minutes(1)

type Options = { database: Database; logger: Logger; onFound: () => void }
type Row = { publicId: string; expires: string | Date }

/** No statement ends a session that reaches its limit, so its grants are looked for; triggers queue the notices. */
export function startExpiredSessionsJob({ database, logger, onFound }: Options): Job {
  const expired = database.statement(EXPIRED)
  const forget = database.statement(forgetIn(database))
  let since = new Date(0)

  async function work(signal: AbortSignal) {
    const now = new Date()
    // A clock that was set back.
    let from: Date | string = since > now ? new Date(0) : since
    async function batch() {
      const rows = await expired.all<Row>(from, now, BATCH)
      from = rows.at(-1)?.expires ?? from
      if (rows.length > 0) await forget.run(JSON.stringify(rows.map(({ publicId }) => publicId)))
      return rows.length
    }
    const found = await inBatches(BATCH, batch, signal)
    since = new Date(now.getTime() - OVERLAP)
    if (found > 0) onFound()
    return found
  }

  return startJob({ name: 'the search for expired sessions of applications', every: EVERY, logger, work })
}

/** $1 since, $2 until, $3 how many. */
const EXPIRED = `
  SELECT s."publicId", s."expires" FROM "Sessions" s
  WHERE s."expires" >= $1 AND s."expires" <= $2
    AND EXISTS (SELECT 1 FROM "OidcArtifacts" a WHERE a."sessionId" = s."publicId" AND a."kind" = 'Grant')
  ORDER BY s."expires" LIMIT $3`

/** $1 public ids as a JSON array. */
function forgetIn({ dialect }: Database) {
  const listed =
    dialect === 'postgres'
      ? 'SELECT "value"::uuid FROM json_array_elements_text($1::json) AS listed("value")'
      : 'SELECT "value" FROM json_each($1)'
  return `DELETE FROM "OidcArtifacts" WHERE "kind" <> 'Interaction' AND "sessionId" IN (${listed})`
}
