import { Op } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import { LogoutNotice } from '../../models/logout-notice.ts'
import { days, minutes, seconds } from '../durations.ts'

/** Longer than a delivery; then another worker takes the notice. */
const LEASE = seconds(30)
const FIRST_WAIT = seconds(5)
const LONGEST_WAIT = minutes(15)
/** An application that was down longer has lost its sessions, or asks its users again. */
const GIVE_UP_AFTER = days(1)

export type Notice = { clientId: string; sessionId: string; userId: string | null; attempts: number }

export function createLogoutQueue(database: Database) {
  const due = database.statement(dueIn(database))

  return {
    /** Oldest first. @param without clients that get none now */
    due: (without: string[], most: number): Promise<Notice[]> =>
      due.all<Notice>(new Date(), tooFar(Date.now()), JSON.stringify(without), most),

    /** @returns undefined if another worker was first */
    claim: async (notice: Notice): Promise<Notice | undefined> => {
      const attempts = notice.attempts + 1
      const [claimed] = await LogoutNotice.update(
        { attempts, nextAttemptAt: new Date(Date.now() + LEASE) },
        { where: { ...own(notice), failedAt: null } },
      )
      return claimed === 1 ? { ...notice, attempts } : undefined
    },

    done: async (notice: Notice) => void (await LogoutNotice.destroy({ where: own(notice) })),

    postpone: async (notice: Notice, lastError: string) => {
      const nextAttemptAt = new Date(Date.now() + waitAfter(notice.attempts))
      await LogoutNotice.update({ nextAttemptAt, lastError }, { where: own(notice) })
    },

    /** Does not count as an attempt, because nothing came of it. */
    giveBack: async (notice: Notice) => {
      const changed = { attempts: notice.attempts - 1, nextAttemptAt: new Date() }
      await LogoutNotice.update(changed, { where: own(notice) })
    },

    fail: async (notice: Notice, lastError: string) => {
      await LogoutNotice.update({ failedAt: new Date(), lastError }, { where: own(notice) })
    },

    /** @returns how many */
    giveUpOld: async (): Promise<number> => {
      const createdAt = { [Op.lt]: new Date(Date.now() - GIVE_UP_AFTER) }
      const [failed] = await LogoutNotice.update({ failedAt: new Date() }, { where: { failedAt: null, createdAt } })
      return failed
    },
  }
}

/** Not if another worker took it after the lease, or the session id was queued again. */
const own = ({ clientId, sessionId, attempts }: Notice) => ({ clientId, sessionId, attempts })

const waitAfter = (attempts: number) => Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)

/** A longer wait comes from a wrong clock. */
const tooFar = (now: number) => new Date(now + LONGEST_WAIT + LEASE)

/** $1 now, $2 too far, $3 client ids as a JSON array, $4 how many. */
function dueIn({ dialect }: Database) {
  const listed =
    dialect === 'postgres' ? 'SELECT json_array_elements_text($3::json)' : 'SELECT "value" FROM json_each($3)'
  return `
    SELECT "clientId", "sessionId", "userId", "attempts" FROM "LogoutNotices"
    WHERE "failedAt" IS NULL AND ("nextAttemptAt" <= $1 OR "nextAttemptAt" > $2) AND "clientId" NOT IN (${listed})
    ORDER BY "nextAttemptAt", "createdAt" LIMIT $4`
}
