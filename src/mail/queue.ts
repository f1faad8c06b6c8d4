import { Op } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import { Mail } from '../../models/mail.ts'
import { days, hours, minutes } from '../durations.ts'

/** Longer than a delivery; then another worker takes the email. */
const LEASE = minutes(3)
const FIRST_WAIT = minutes(1)
const LONGEST_WAIT = hours(1)
/** The last attempt is three days after the first. */
const MOST_ATTEMPTS = 78
const KEEP_FAILED = days(30)

/** Reserved for one worker until the lease ends. */
export type Claimed = { id: string; content: string; createdAt: Date; attempts: number }

type Due = { id: string; attempts: number }

export function createMailQueue(database: Database) {
  const due = database.statement(DUE)

  /** Counts the attempt first, so that an email that crashes the process is not retried forever. */
  async function claim({ id, attempts }: Due): Promise<Claimed | undefined> {
    const now = Date.now()
    const [claimed] = await Mail.update(
      { attempts: attempts + 1, nextAttemptAt: new Date(now + LEASE) },
      {
        where: {
          id,
          attempts,
          failedAt: null,
          nextAttemptAt: { [Op.or]: [{ [Op.lte]: new Date(now) }, { [Op.gt]: tooFar(now) }] },
        },
      },
    )
    const mail = claimed === 1 ? await Mail.findByPk(id) : null
    return mail ? { id, content: mail.content, createdAt: mail.createdAt, attempts: attempts + 1 } : undefined
  }

  return {
    /** Longest due first. */
    take: async (most: number): Promise<{ due: number; claimed: Claimed[] }> => {
      const found = await due.all<Due>(new Date(), tooFar(Date.now()), most)
      const claimed = await Promise.all(found.map(claim))
      return { due: found.length, claimed: claimed.filter(mail => mail !== undefined) }
    },
    done: async ({ id }: Claimed) => void (await Mail.destroy({ where: { id } })),
    /** @param lastError without the recipient */
    postpone: async (mail: Claimed, lastError: string): Promise<'waits' | 'failed'> => {
      if (mail.attempts >= MOST_ATTEMPTS) return await fail(mail, lastError)
      await Mail.update({ nextAttemptAt: new Date(Date.now() + waitAfter(mail.attempts)), lastError }, own(mail))
      return 'waits'
    },
    /** Does not count as an attempt, because nothing was sent. */
    giveBack: async (mail: Claimed, wait: number, lastError: string): Promise<'waits'> => {
      const nextAttemptAt = new Date(Date.now() + wait)
      await Mail.update({ attempts: mail.attempts - 1, nextAttemptAt, lastError }, own(mail))
      return 'waits'
    },
    fail,
    /** Limits how long failed emails are kept (ASVS 14.2.7). */
    discardFailed: async () => {
      const before = new Date(Date.now() - KEEP_FAILED)
      await Mail.destroy({ where: { failedAt: { [Op.lt]: before } } })
    },
  }
}

async function fail(mail: Claimed, lastError: string): Promise<'failed'> {
  await Mail.update({ failedAt: new Date(), lastError }, own(mail))
  return 'failed'
}

/** Not if another worker took it after the lease. */
const own = ({ id, attempts }: Claimed) => ({ where: { id, attempts } })

const waitAfter = (attempts: number) => Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)

/** A longer wait comes from a wrong clock. */
const tooFar = (now: number) => new Date(now + LONGEST_WAIT + LEASE)

const DUE = `
  SELECT "id", "attempts" FROM "Mails" WHERE "failedAt" IS NULL AND ("nextAttemptAt" <= $1 OR "nextAttemptAt" > $2)
  ORDER BY "nextAttemptAt" LIMIT $3`
