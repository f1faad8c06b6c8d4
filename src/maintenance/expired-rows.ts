import { literal, Op } from 'sequelize'
import type { Database } from '../../configs/database.ts'
import type { Env } from '../../configs/env.ts'
import type { Logger } from '../../configs/logger.ts'
import { OneTimeLink } from '../../models/one-time-link.ts'
import { User } from '../../models/user.ts'
import type { Audit } from '../audit/audit.ts'
import { days, hours, minutes } from '../durations.ts'
import { inBatches, type Job, startJob } from '../jobs.ts'
import { createPageRelease } from './free-pages.ts'

const EVERY = minutes(10)
const BATCH = 200

/** `column` holds the expiry, `keep` the time after it. */
const EXPIRED = [
  { table: 'OneTimeLinks', key: 'id', column: 'expires', keep: days(7) },
  { table: 'Devices', key: 'id', column: 'expires', keep: days(1) },
  { table: 'EmailSignIns', key: 'email', column: 'expires', keep: 0 },
  { table: 'Challenges', key: 'challengeHash', column: 'expires', keep: hours(1) },
  { table: 'ProviderRequests', key: 'stateHash', column: 'expires', keep: hours(1) },
  { table: 'ApplicationCodes', key: 'codeHash', column: 'expires', keep: 0 },
  { table: 'PendingIdentities', key: 'browser', column: 'expires', keep: 0 },
  { table: 'OidcArtifacts', key: 'idHash', column: 'expires', keep: 0 },
  // Sign-outs that an application could not be told of.
  { table: 'LogoutNotices', key: 'sessionId', column: 'createdAt', keep: days(30) },
  { table: 'ProviderSessions', key: 'sessionId', column: 'expires', keep: 0 },
  // Unsent emails without a mail server; their links have expired.
  { table: 'Mails', key: 'id', column: 'nextAttemptAt', keep: days(30) },
] as const

type ExpiryDeps = { env: Pick<Env, 'UNVERIFIED_ACCOUNTS'>; database: Database; audit: Audit; logger: Logger }

export function startExpirySweep({ env, database, audit, logger }: ExpiryDeps): Job {
  const statements = EXPIRED.map(({ table, key, column, keep }) => ({
    keep,
    statement: database.statement(`
      DELETE FROM "${table}" WHERE "${key}" IN (
        SELECT "${key}" FROM "${table}" WHERE "${column}" < $1 ORDER BY "${column}" LIMIT $2 ${unlocked(database)})`),
  }))

  const releasePages = createPageRelease(database)

  async function work(signal: AbortSignal) {
    let swept = 0
    for (const { statement, keep } of statements) {
      const before = new Date(Date.now() - keep)
      swept += await inBatches(BATCH, () => statement.run(before, BATCH), signal)
    }
    if (env.UNVERIFIED_ACCOUNTS > 0) swept += await inBatches(BATCH, deleteUnused, signal)
    if (swept > 0) logger.verbose('swept expired rows', { swept })
    await releasePages(signal)
    return swept
  }

  async function deleteUnused() {
    const createdAt = { [Op.lt]: new Date(Date.now() - env.UNVERIFIED_ACCOUNTS) }
    // Nobody registers without an address, and without one nothing can be verified.
    const email = { [Op.ne]: null }
    const unused = {
      createdAt,
      email,
      emailVerifiedAt: null,
      firstSignInAt: null,
      id: { [Op.notIn]: literal(TRUSTED) },
    }
    const users = await User.findAll({ attributes: ['id'], where: unused, order: ['createdAt'], limit: BATCH })
    let deleted = 0
    for (const { id } of users)
      await database.sequelize.transaction(async () => {
        // The account may have been used since it was read.
        if ((await User.destroy({ where: { [Op.and]: [unused, { id }] } })) === 0) return
        await OneTimeLink.destroy({ where: { userId: id } })
        await audit.record('user_deleted', { userId: id, actorId: null, details: { reason: 'unverified' } })
        deleted++
      })
    return deleted
  }

  return startJob({ name: 'the sweep of expired rows', every: EVERY, logger, work })
}

/** An account with a granted role is kept. */
const TRUSTED = `(SELECT g."userId" FROM "UserRoles" g JOIN "Roles" r ON r."id" = g."roleId" WHERE r."name" <> 'user')`

const unlocked = ({ dialect }: Database) => (dialect === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '')
